/* The gradients of nets drawn at random against those of textbook back-propagation. */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits/net/isa.h"
#include "digits/train/random.h"

enum { NETS = 40, IMAGES = FURROW__MAX_WIDTH, MOST_MULTIPLICATIONS = 100000, GUARD = 64 };

static const float guard = 0x1p99f;
static const double smoothing = 0.1;

/* ---- one image, in double, as a textbook has it ---- */

/* The outputs of a stage, which of its sums each came from, and their gradient. */
struct layer {
    double *out, *gradient;
    size_t *from;
};

static size_t size_of(const furrow__layer *stage)
{
    return stage->outputs * stage->side_out * stage->side_out;
}

static double sum_at(const furrow__layer *stage, const float *parameters, const double *in,
                     size_t output, size_t at)
{
    size_t kernel = stage->kernel, y = at / stage->side, x = at % stage->side;
    const float *weights = parameters + stage->weights + output * stage->inputs * kernel * kernel;
    double sum = (double)parameters[stage->biases + output];
    for (size_t input = 0; input < stage->inputs; input++)
        for (size_t ky = 0; ky < kernel; ky++)
            for (size_t kx = 0; kx < kernel; kx++)
                sum += (double)*weights++ *
                       in[(input * stage->side_in + y + ky) * stage->side_in + x + kx];
    return sum;
}

/* A pooled stage passes on the largest of four sums, the first of equal ones. */
static void go_forward(struct layer *layer, const furrow__layer *stage, const float *parameters,
                       const double *in)
{
    size_t step = stage->pooled ? 2 : 1, area = stage->side_out * stage->side_out;
    for (size_t i = 0; i < size_of(stage); i++) {
        size_t y = i % area / stage->side_out * step, x = i % stage->side_out * step;
        double most = -INFINITY;
        for (size_t part = 0; part < step * step; part++) {
            size_t at = (y + part / step) * stage->side + x + part % step;
            double sum = sum_at(stage, parameters, in, i / area, at);
            if (sum > most) {
                most = sum;
                layer->from[i] = at;
            }
        }
        layer->out[i] = stage->rectified && most < 0 ? 0 : most;
    }
}

static void go_back(const struct layer *layer, const furrow__layer *stage, const float *parameters,
                    const double *in, double *in_gradient, double *gradient)
{
    size_t kernel = stage->kernel, taps = stage->inputs * kernel * kernel;
    for (size_t i = 0; i < size_of(stage); i++) {
        size_t output = i / (stage->side_out * stage->side_out);
        size_t y = layer->from[i] / stage->side, x = layer->from[i] % stage->side;
        double slope = stage->rectified && layer->out[i] <= 0 ? 0 : layer->gradient[i];
        gradient[stage->biases + output] += slope;
        for (size_t tap = 0; slope != 0 && tap < taps; tap++) {
            size_t row = tap / (kernel * kernel) * stage->side_in + y + tap / kernel % kernel;
            size_t pixel = row * stage->side_in + x + tap % kernel;
            size_t weight = stage->weights + output * taps + tap;
            gradient[weight] += slope * in[pixel];
            if (in_gradient)
                in_gradient[pixel] += slope * (double)parameters[weight];
        }
    }
}

static void judge(const struct layer *layer, size_t label)
{
    double sum = 0;
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sum += exp(layer->out[i]);
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
        layer->gradient[i] = exp(layer->out[i]) / sum - smoothing / FURROW_DIGITS_CLASSES -
                             (i == label ? 1 - smoothing : 0);
}

/* Adds the gradient of one image to `gradient`. */
static void learn(double *gradient, const furrow__net *net, const float *parameters,
                  struct layer layers[], const unsigned char *image, size_t label)
{
    double in[FURROW_DIGITS_PIXELS];
    for (size_t i = 0; i < FURROW_DIGITS_PIXELS; i++)
        in[i] = image[i] / 255.0;
    for (size_t i = 0; i < net->count; i++) {
        go_forward(&layers[i], &net->layers[i], parameters, i ? layers[i - 1].out : in);
        memset(layers[i].gradient, 0, size_of(&net->layers[i]) * sizeof(double));
    }
    judge(&layers[net->count - 1], label);
    for (size_t i = net->count; i-- > 0;)
        go_back(&layers[i], &net->layers[i], parameters, i ? layers[i - 1].out : in,
                i ? layers[i - 1].gradient : NULL, gradient);
}

/* ---- a net and images, drawn ---- */

struct problem {
    furrow__net net;
    float *parameters;
    unsigned char images[IMAGES * FURROW_DIGITS_PIXELS];
    unsigned char labels[IMAGES];
    size_t count;
    double *gradient; /* by the textbook */
};

static size_t below(size_t bound, uint64_t *key)
{
    return (size_t)(furrow__random_next(key) % bound);
}

static void draw_layers(char text[FURROW__TEXT_SIZE], uint64_t *key)
{
    static const size_t channels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 20, 33};
    const size_t kinds = COUNT(channels);
    size_t convolutions = below(5, key), dense = below(3, key);
    char *end = text;
    for (size_t i = 0; i < convolutions; i++)
        end += sprintf(end, "conv%zux%zu %s", 1 + below(9, key), channels[below(kinds, key)],
                       below(3, key) ? "pool " : "");
    for (size_t i = 0; i < dense; i++)
        end += sprintf(end, "dense%zu ", channels[below(kinds, key)]);
    sprintf(end, "dense10");
}

/* More channels than lanes on the way back through pooled stages, which cost too much to draw. */
static const char *const wide[] = {
    "conv2x17 pool conv3x20 pool dense10",
    "conv1x33 pool conv4x3 pool conv2x18 pool dense10",
};

/* Uses these layers, or draws some that fit each other and cost little; draws weights that keep the
 * size of their inputs. */
static void draw_net(struct problem *problem, const char *layers, uint64_t *key)
{
    furrow__net *net = &problem->net;
    char text[FURROW__TEXT_SIZE];
    bool fits = layers && !furrow__net_parse(net, layers, NULL);
    while (!fits) {
        draw_layers(text, key);
        fits = !furrow__net_parse(net, text, NULL) && net->multiplications <= MOST_MULTIPLICATIONS;
    }
    problem->parameters = calloc(net->parameters, sizeof *problem->parameters);
    problem->gradient = calloc(net->parameters, sizeof *problem->gradient);
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *stage = &net->layers[i];
        double bound = sqrt(6.0 / (double)(stage->inputs * stage->kernel * stage->kernel));
        for (size_t j = stage->weights; j < stage->biases + stage->outputs; j++)
            problem->parameters[j] = (float)(furrow__random_signed(key) * bound);
    }
}

/* Noise, and a part that is black, where all sums are equal. */
static void draw_images(struct problem *problem, uint64_t *key)
{
    problem->count = 1 + below(IMAGES, key);
    for (size_t i = 0; i < problem->count; i++) {
        size_t black = below(FURROW_DIGITS_PIXELS, key);
        unsigned char *image = problem->images + i * FURROW_DIGITS_PIXELS;
        for (size_t pixel = 0; pixel < FURROW_DIGITS_PIXELS; pixel++)
            image[pixel] = (unsigned char)(pixel < black ? 0 : below(256, key));
        problem->labels[i] = (unsigned char)below(FURROW_DIGITS_CLASSES, key);
    }
}

static void solve(struct problem *problem)
{
    const furrow__net *net = &problem->net;
    struct layer layers[FURROW__MAX_LAYERS];
    for (size_t i = 0; i < net->count; i++) {
        size_t size = size_of(&net->layers[i]);
        layers[i] = (struct layer){calloc(size, sizeof(double)), calloc(size, sizeof(double)),
                                   calloc(size, sizeof(size_t))};
    }
    for (size_t i = 0; i < problem->count; i++)
        learn(problem->gradient, net, problem->parameters, layers,
              problem->images + i * FURROW_DIGITS_PIXELS, problem->labels[i]);
    for (size_t i = 0; i < net->count; i++) {
        free(layers[i].out);
        free(layers[i].gradient);
        free(layers[i].from);
    }
}

/* ---- the same by an instruction set ---- */

static float *new_guarded(size_t count)
{
    float *floats = calloc(count + GUARD, sizeof *floats);
    for (size_t i = 0; i < GUARD; i++)
        floats[count + i] = guard;
    return floats;
}

static bool is_guarded(const float *floats, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < GUARD; i++)
        kept += floats[count + i] >= guard && floats[count + i] <= guard;
    return kept == GUARD;
}

/* As many images at once as the instruction set takes, all with the same scratch. */
static void learn_by(float *gradient, float *scratch, const struct problem *problem,
                     const furrow__digits_isa *isa)
{
    const furrow__net *net = &problem->net;
    float *forward = new_guarded(net->forward), *backward = new_guarded(net->backward);
    furrow__fit score = {0};
    furrow__net_pack(net, problem->parameters, forward);
    furrow__net_pack_backward(net, problem->parameters, backward);
    EXPECT(is_guarded(forward, net->forward) && is_guarded(backward, net->backward));
    furrow__pass pass = {net, forward, backward, smoothing};
    for (size_t done = 0; done < problem->count; done += isa->width) {
        size_t left = problem->count - done;
        isa->learn(&pass, scratch, problem->images + done * FURROW_DIGITS_PIXELS,
                   problem->labels + done, left < isa->width ? left : isa->width, gradient, &score);
    }
    free(forward);
    free(backward);
}

/* The error of the parameters [begin, end), relative to their size. */
static double error_of(const float *got, const double *expected, size_t begin, size_t end)
{
    double off = 0, all = 1e-12;
    for (size_t i = begin; i < end; i++) {
        off += ((double)got[i] - expected[i]) * ((double)got[i] - expected[i]);
        all += expected[i] * expected[i];
    }
    return sqrt(off / all);
}

/* Whether an instruction set computes the gradient of every stage's weights and biases. Where two
 * sums are nearly equal, rounding may choose the other one: one of 3000 nets was off by 0.05. */
static bool is_solved(const struct problem *problem, const furrow__digits_isa *isa)
{
    const furrow__net *net = &problem->net;
    size_t size = isa->learn_size(net);
    float *gradient = new_guarded(net->parameters), *scratch = new_guarded(size);
    learn_by(gradient, scratch, problem, isa);
    EXPECT(is_guarded(gradient, net->parameters) && is_guarded(scratch, size));
    double most = 0;
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *stage = &net->layers[i];
        size_t end = stage->biases + stage->outputs;
        most = fmax(most, error_of(gradient, problem->gradient, stage->weights, stage->biases));
        most = fmax(most, error_of(gradient, problem->gradient, stage->biases, end));
    }
    free(gradient);
    free(scratch);
    return most < 0.1;
}

TEST(gradients_of_nets_drawn_at_random_are_those_of_the_textbook)
{
    static struct problem problem;
    uint64_t key = 1;
    for (size_t i = 0; i < NETS; i++) {
        draw_net(&problem, i < COUNT(wide) ? wide[i] : NULL, &key);
        draw_images(&problem, &key);
        solve(&problem);
        for (size_t at = 0; furrow__digits_isa_at(at); at++) {
            const furrow__digits_isa *isa = furrow__digits_isa_at(at);
            harness_case("%s, %s, %zu images", isa->id.name, problem.net.text, problem.count);
            EXPECT(is_solved(&problem, isa));
        }
        free(problem.parameters);
        free(problem.gradient);
    }
}
