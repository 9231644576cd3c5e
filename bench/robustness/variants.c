#include "page.h"

/* A page of one side. */
#define PAGE(side) .width = (side), .height = (side)

/* Coloured ink on coloured paper. */
#define PEN(...)   .colored = true, .encoding = RGB_8, .ink = {__VA_ARGS__}
#define PAPER(...) .paper = {__VA_ARGS__}
#define WHITE      PAPER(255, 255, 255)

/* Of other collections: a scan of two tones whose ink fills 32 x 32 pixels, counted in cells of 4 x
 * 4 (E. Alpaydin, C. Kaynak, "Cascading Classifiers", 1998), and others of 16 x 16 (J. J. Hull, "A
 * Database for Handwritten Text Recognition Research", 1994; Semeion Research Center, 1994). */
#define COUNTED PAGE(8), .place = CROPPED, .square = true, .cells = 4

/* Photographed pen on paper. */
#define PHOTO PAGE(160), .size = 110, .place = ANYWHERE, .dark_ink = true, .blur = 0.8

const struct variant variants[] = {
    {"plain", {.width = 0}},

    /* Encodings of the same picture. */
    {"rgb", {.encoding = RGB_8}},
    {"palette", {.encoding = PALETTE_8}},
    {"16 bits", {.encoding = GRAY_16}},
    {"rgb, 16 bits", {.encoding = RGB_16}},
    {"interlaced", {.interlaced = true}},
    {"interlaced rgb", {.interlaced = true, .encoding = RGB_8}},
    {"paper is the transparent colour", {.encoding = GRAY_KEY}},
    {"alpha, white ink", {.encoding = ALPHA_8, .ink = {255, 255, 255}}},

    /* Other ways to have ink and paper. */
    {"inverted", {.dark_ink = true}},
    {"inverted, transparent colour", {.dark_ink = true, .encoding = GRAY_KEY}},
    {"1 bit", {.encoding = GRAY_1}},
    {"1 bit, inverted", {.dark_ink = true, .encoding = GRAY_1}},
    {"alpha, black ink", {.encoding = ALPHA_8}},
    {"alpha, red ink", {.encoding = ALPHA_8, .ink = {220, 20, 30}}},
    {"alpha, blue ink, 16 bits", {.encoding = ALPHA_16, .ink = {20, 40, 200}}},
    {"blue pen on white", {PEN(20, 40, 200), WHITE}},
    {"yellow pen on white", {PEN(255, 255, 0), WHITE}},
    {"red pen on green, equal luma", {PEN(255, 40, 40), PAPER(40, 104, 40)}},
    {"green pen on pink", {PEN(60, 160, 80), PAPER(250, 200, 210)}},
    {"white chalk on a board", {PEN(235, 235, 225), PAPER(30, 60, 45)}},
    {"pencil on squared paper's yellow", {PEN(120, 120, 125), PAPER(250, 245, 215)}},

    /* Faint and spoilt. */
    {"faint, 20 %", {.contrast = 0.2}},
    {"faint, 10 %, inverted", {.contrast = 0.1, .dark_ink = true}},
    {"grain 5 %", {.grain = 0.05}},
    {"grain 10 %", {.grain = 0.10}},
    {"grain 15 %", {.grain = 0.15}},
    {"grain 25 %", {.grain = 0.25}},
    {"grain 10 %, inverted", {.grain = 0.10, .dark_ink = true}},
    {"faint 30 %, grain 3 %", {.contrast = 0.3, .grain = 0.03, .dark_ink = true}},
    {"specks 0.5 %", {.specks = 0.01}},
    {"specks 1 %, inverted", {.specks = 0.02, .dark_ink = true}},
    {"dust", {.dust = 2}},
    {"dust on a large page", {PAGE(100), .size = 56, .dust = 4, .dark_ink = true}},
    {"blocks", {.blocks = 24, .dark_ink = true}},
    {"blurred", {.blur = 1}},

    /* Places and sizes. */
    {"in 100 x 100", {PAGE(100), .size = 28, .place = ANYWHERE}},
    {"in 64 x 48, inverted",
     {.width = 64, .height = 48, .size = 32, .place = ANYWHERE, .dark_ink = true}},
    {"cropped, 2 pixels around", {.place = MARGIN}},
    {"cropped to the ink", {.place = CROPPED}},
    {"cropped to the ink, inverted", {.place = CROPPED, .dark_ink = true}},
    {"cropped, 4 times", {PAGE(112), .place = CROPPED, .dark_ink = true}},
    {"8 x 8", {PAGE(8), .place = MARGIN, .square = true}},
    {"8 x 8, dark, to the border", {PAGE(8), .place = CROPPED, .square = true, .dark_ink = true}},
    {"8 x 8, counted", {COUNTED}},
    {"8 x 8, counted, thin pen", {COUNTED, .stroke = -0.3}},
    {"8 x 8, counted, thick pen", {COUNTED, .stroke = 0.5}},
    {"8 x 8, counted, stretched", {PAGE(8), .place = STRETCHED, .cells = 4}},
    {"12 x 12, dark, to the border",
     {PAGE(12), .place = CROPPED, .square = true, .dark_ink = true}},
    {"16 x 16, two tones, to the border",
     {PAGE(16), .place = CROPPED, .square = true, .two_tone = true, .dark_ink = true}},
    {"16 x 16, two tones, stretched", {PAGE(16), .place = STRETCHED, .two_tone = true}},
    {"16 x 16, thick and blurred",
     {PAGE(16), .place = CROPPED, .square = true, .stroke = 0.5, .blur = 0.6}},
    {"16 x 16, thick, blurred, stretched",
     {PAGE(16), .place = STRETCHED, .stroke = 0.5, .blur = 0.6}},
    {"32 x 32, two tones, to the border",
     {PAGE(32), .place = CROPPED, .square = true, .two_tone = true}},
    {"16 x 16 to the border", {PAGE(16), .place = CROPPED, .square = true}},
    {"16 x 16 to the border, dark", {PAGE(16), .place = CROPPED, .square = true, .dark_ink = true}},
    {"16 x 16", {PAGE(16)}},
    {"20 x 20", {PAGE(20)}},
    {"32 x 32, two tones", {PAGE(32), .two_tone = true, .dark_ink = true}},
    {"64 x 64", {PAGE(64), .dark_ink = true}},
    {"64 x 64, two tones", {PAGE(64), .two_tone = true}},
    {"200 x 200", {PAGE(200), .dark_ink = true}},
    {"1000 x 1000", {PAGE(1000), .dark_ink = true}},
    {"1000 x 1000, two tones", {PAGE(1000), .two_tone = true}},
    {"small in 1000 x 1000", {PAGE(1000), .size = 150, .place = ANYWHERE, .dark_ink = true}},

    /* Hands. */
    {"thin", {PAGE(112), .stroke = -0.7, .dark_ink = true}},
    {"one pixel thin in 300 x 300",
     {PAGE(300), .two_tone = true, .skeleton = true, .dark_ink = true}},
    {"one pixel thin in 64 x 64", {PAGE(64), .two_tone = true, .skeleton = true}},
    {"thick", {PAGE(112), .stroke = 0.8, .dark_ink = true}},
    {"very thick", {PAGE(112), .stroke = 1.5, .dark_ink = true}},
    {"turned by up to 10 degrees", {.angle = 10}},
    {"turned, 112 x 112", {PAGE(112), .angle = 10, .dark_ink = true}},

    /* Photographs and scans of paper. */
    {"slope 30 %", {.slope = 0.3, .dark_ink = true}},
    {"slope 60 %", {PHOTO, .slope = 0.6}},
    {"slope 40 %, grain 4 %", {PHOTO, .slope = 0.4, .grain = 0.04}},
    {"slope, pencil", {PHOTO, .slope = 0.4, .grain = 0.02, .contrast = 0.4}},
    {"shadow", {PHOTO, .shadow = true}},
    {"shadow, grain 4 %", {PHOTO, .shadow = true, .grain = 0.04}},
    {"ruled lines", {PAGE(112), .lines = 3, .dark_ink = true}},
    {"ruled lines, 28 x 28", {.lines = 2, .dark_ink = true}},
    {"ruled lines, slope, grain", {PHOTO, .lines = 4, .slope = 0.3, .grain = 0.03}},
    {"squared paper", {PAGE(112), .lines = 5, .squared = true, .dark_ink = true}},
    {"squared paper, slope, grain",
     {PHOTO, .lines = 6, .squared = true, .slope = 0.3, .grain = 0.03}},
    {"cloudy paper", {PHOTO, .cloudy = 0.06}},
    {"cloudy, 28 x 28", {.cloudy = 0.08, .dark_ink = true}},
    {"64 x 64, slope, grain, blocks",
     {PAGE(64), .size = 52, .place = ANYWHERE, .dark_ink = true, .slope = 0.3, .grain = 0.04,
      .blur = 0.6, .blocks = 10}},
    {"dark frame", {PAGE(112), .frame = 1, .dark_ink = true}},
    {"dark frame, 28 x 28", {.frame = 1, .dark_ink = true}},
    {"bright frame", {PAGE(56), .frame = 1}},
    {"blue pen, slope, grain",
     {PHOTO, PEN(40, 60, 170), PAPER(245, 240, 225), .slope = 0.4, .grain = 0.03}},
    {"photo: all of it",
     {PHOTO, .slope = 0.4, .grain = 0.04, .dust = 3, .blocks = 12, .contrast = 0.7}},
};

const size_t variant_count = sizeof variants / sizeof *variants;
