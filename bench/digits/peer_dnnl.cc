/* oneDNN behind peers.h: LeNet-5 with weights and layouts of its own choice, max(0, x) fused. */
#include <chrono>
#include <unordered_map>
#include <vector>

#include <dnnl.hpp>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "peers.h"

namespace
{

using namespace dnnl;
using tag = memory::format_tag;
using arguments = std::unordered_map<int, memory>;

enum { batch = 64, pixels_each = 784 };

memory::desc any(const memory::dims &dims)
{
    return memory::desc(dims, memory::data_type::f32, tag::any);
}

struct lenet {
    engine cpu{engine::kind::cpu, 0};
    stream order{cpu};
    std::vector<std::pair<primitive, arguments>> steps;
    memory input{{{batch, 1, 28, 28}, memory::data_type::f32, tag::nchw}, cpu};

    memory filled(const memory::desc &desc)
    {
        memory made(desc, cpu);
        float *values = static_cast<float *>(made.get_data_handle());
        for (size_t i = 0; i < desc.get_size() / sizeof *values; i++)
            values[i] = static_cast<float>(i * 2654435761u >> 8 & 1023) / 4096 - 0.125f;
        return made;
    }

    primitive_attr rectified()
    {
        post_ops ops;
        ops.append_eltwise(1.f, algorithm::eltwise_relu, 0.f, 0.f);
        primitive_attr attributes;
        attributes.set_post_ops(ops);
        return attributes;
    }

    /* As the next step wants it. */
    memory reordered(memory from, const memory::desc &wanted)
    {
        if (from.get_desc() == wanted)
            return from;
        memory to(wanted, cpu);
        steps.push_back({reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}}});
        return to;
    }

    memory convolve(memory from, int inputs, int outputs, int side)
    {
        convolution_forward::desc desc(prop_kind::forward_inference, algorithm::convolution_direct,
                                       any({batch, inputs, side + 4, side + 4}),
                                       any({outputs, inputs, 5, 5}),
                                       memory::desc({outputs}, memory::data_type::f32, tag::x),
                                       any({batch, outputs, side, side}), {1, 1}, {0, 0}, {0, 0});
        convolution_forward::primitive_desc made(desc, rectified(), cpu);
        memory to(made.dst_desc(), cpu);
        from = reordered(from, made.src_desc());
        steps.push_back({convolution_forward(made),
                         {{DNNL_ARG_SRC, from},
                          {DNNL_ARG_WEIGHTS, filled(made.weights_desc())},
                          {DNNL_ARG_BIAS, filled(made.bias_desc())},
                          {DNNL_ARG_DST, to}}});
        return to;
    }

    memory pool(memory from, int channels, int side)
    {
        pooling_forward::desc desc(prop_kind::forward_inference, algorithm::pooling_max,
                                   from.get_desc(), any({batch, channels, side, side}), {2, 2},
                                   {2, 2}, {0, 0}, {0, 0});
        pooling_forward::primitive_desc made(desc, cpu);
        memory to(made.dst_desc(), cpu);
        steps.push_back({pooling_forward(made), {{DNNL_ARG_SRC, from}, {DNNL_ARG_DST, to}}});
        return to;
    }

    memory multiply(memory from, const memory::dims &shape, int outputs, bool last)
    {
        memory::dims weights = shape;
        weights[0] = outputs;
        inner_product_forward::desc desc(prop_kind::forward_inference, any(shape), any(weights),
                                         memory::desc({outputs}, memory::data_type::f32, tag::x),
                                         any({batch, outputs}));
        inner_product_forward::primitive_desc made(desc, last ? primitive_attr() : rectified(),
                                                   cpu);
        memory to(made.dst_desc(), cpu);
        from = reordered(from, made.src_desc());
        steps.push_back({inner_product_forward(made),
                         {{DNNL_ARG_SRC, from},
                          {DNNL_ARG_WEIGHTS, filled(made.weights_desc())},
                          {DNNL_ARG_BIAS, filled(made.bias_desc())},
                          {DNNL_ARG_DST, to}}});
        return to;
    }

    lenet()
    {
        memory at = pool(convolve(input, 1, 6, 24), 6, 12);
        at = pool(convolve(at, 6, 16, 8), 16, 4);
        at = multiply(at, {batch, 16, 4, 4}, 120, false);
        at = multiply(at, {batch, 120}, 84, false);
        multiply(at, {batch, 84}, 10, true);
    }

    void run(const unsigned char *pixels)
    {
        float *to = static_cast<float *>(input.get_data_handle());
        for (int i = 0; i < batch * pixels_each; i++)
            to[i] = static_cast<float>(pixels[i]) * (1 / 255.0f);
        for (auto &step : steps)
            step.first.execute(order, step.second);
        order.wait();
    }
};

double infer(int threads, const unsigned char *pixels, size_t images)
{
#ifdef _OPENMP
    omp_set_num_threads(threads);
#else
    (void)threads;
#endif
    static lenet net;
    auto begin = std::chrono::steady_clock::now();
    for (size_t done = 0; done + batch <= images; done += batch)
        net.run(pixels + done * pixels_each);
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
#ifdef _OPENMP
    omp_set_num_threads(1);
#endif
    return seconds.count();
}

} // namespace

extern "C" {
extern const struct peer peer_dnnl = {"oneDNN", infer};
}
