#include <cstring>
#include <opencv2/imgcodecs.hpp>

#include "peers.h"

static bool decode(unsigned char *pixels, const char *path)
{
    cv::Mat image = cv::imread(path, cv::IMREAD_GRAYSCALE);
    if (image.rows != PEER_SIDE || image.cols != PEER_SIDE || !image.isContinuous())
        return false;
    std::memcpy(pixels, image.data, PEER_PIXELS);
    return true;
}

bool (*const peer_opencv)(unsigned char *pixels, const char *path) = decode;
