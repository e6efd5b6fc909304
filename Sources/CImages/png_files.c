#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "shared.h"

// MARK: - Errors

static void on_error(png_structp png, png_const_charp text) {
  const cimages_message *message = png_get_error_ptr(png);
  cimages_report(*message, text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// MARK: - Reading

typedef struct {
  const uint8_t *next;
  size_t left;
} source;

typedef struct {
  png_structp png;
  png_infop info;
  source source;
  cimages_message message;
} reader;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  source *source = png_get_io_ptr(png);
  if (count > source->left) png_error(png, "the file ends early");
  memcpy(target, source->next, count);
  source->next += count;
  source->left -= count;
}

/// Reads up to the first IDAT. Text, profiles and other ancillary chunks are skipped unread, so a
/// compressed comment cannot unfold in memory.
static void read_header(reader *reader) {
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_read_fn(reader->png, &reader->source, read_bytes);
  png_read_info(reader->png, reader->info);
}

/// Decodes every row, in as many passes as the interlacing needs, and checks the end of the file.
static void read_rows(reader *reader, uint8_t *samples, size_t channels) {
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  png_uint_32 width = png_get_image_width(reader->png, reader->info);
  png_uint_32 height = png_get_image_height(reader->png, reader->info);
  size_t row_bytes = (size_t)width * channels;
  if (png_get_rowbytes(reader->png, reader->info) != row_bytes) {
    png_error(reader->png, "unexpected row size");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (png_uint_32 y = 0; y < height; y++) {
      png_read_row(reader->png, samples + y * row_bytes, NULL);
    }
  }
  png_read_end(reader->png, NULL);
}

static void check_capacity(reader *reader, const cimages_canvas *canvas, size_t channels) {
  size_t width = png_get_image_width(reader->png, reader->info);
  size_t height = png_get_image_height(reader->png, reader->info);
  if (canvas->count / channels / width < height) png_error(reader->png, "the buffer is too small");
}

/// Reads the header, lets `step` go on, and tidies up whichever way either of them ends.
static int read_file(
  const uint8_t *bytes, size_t count, cimages_message message,
  void (*step)(reader *reader, void *result), void *result) {
  reader reader = {.source = {bytes, count}, .message = message};
  reader.png =
    png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader.message, on_error, on_warning);
  if (reader.png) reader.info = png_create_info_struct(reader.png);
  if (!reader.info) {
    png_destroy_read_struct(&reader.png, NULL, NULL);
    cimages_report(message, "out of memory");
    return 1;
  }
  if (setjmp(png_jmpbuf(reader.png))) {
    png_destroy_read_struct(&reader.png, &reader.info, NULL);
    return 1;
  }
  read_header(&reader);
  step(&reader, result);
  png_destroy_read_struct(&reader.png, &reader.info, NULL);
  return 0;
}

static void describe(reader *reader, void *result) {
  cimages_header *header = result;
  header->width = png_get_image_width(reader->png, reader->info);
  header->height = png_get_image_height(reader->png, reader->info);
  header->bit_depth = png_get_bit_depth(reader->png, reader->info);
  switch (png_get_color_type(reader->png, reader->info)) {
    case PNG_COLOR_TYPE_GRAY: header->kind = CIMAGES_GRAY; break;
    case PNG_COLOR_TYPE_GRAY_ALPHA: header->kind = CIMAGES_GRAY_ALPHA; break;
    case PNG_COLOR_TYPE_RGB_ALPHA: header->kind = CIMAGES_RGBA; break;
    case PNG_COLOR_TYPE_PALETTE: header->kind = CIMAGES_PALETTE; break;
    default: header->kind = CIMAGES_RGB; break;
  }
}

int cimages_png_header(
  const uint8_t *bytes, size_t count, cimages_header *header, cimages_message message) {
  return read_file(bytes, count, message, describe, header);
}

/// Looks indices up in the palette. They lie in the last third of `samples`, so the colours, written
/// from the front, never overtake the indices still to be read.
static void look_up(reader *reader, uint8_t *samples, size_t pixel_count) {
  png_colorp palette;
  int colors = 0;
  png_get_PLTE(reader->png, reader->info, &palette, &colors);
  const uint8_t *indices = samples + 2 * pixel_count;
  for (size_t i = 0; i < pixel_count; i++) {
    int index = indices[i];
    if (index >= colors) png_error(reader->png, "a pixel's index lies outside the palette");
    samples[3 * i] = palette[index].red;
    samples[3 * i + 1] = palette[index].green;
    samples[3 * i + 2] = palette[index].blue;
  }
}

static void decode_rgb(reader *reader, void *result) {
  const cimages_canvas *canvas = result;
  check_capacity(reader, canvas, 3);
  if (png_get_color_type(reader->png, reader->info) == PNG_COLOR_TYPE_PALETTE) {
    size_t pixel_count = (size_t)png_get_image_width(reader->png, reader->info)
      * png_get_image_height(reader->png, reader->info);
    png_set_packing(reader->png);
    read_rows(reader, canvas->samples + 2 * pixel_count, 1);
    look_up(reader, canvas->samples, pixel_count);
  } else {
    png_set_strip_16(reader->png);
    png_set_strip_alpha(reader->png);
    png_set_expand_gray_1_2_4_to_8(reader->png);
    png_set_gray_to_rgb(reader->png);
    read_rows(reader, canvas->samples, 3);
  }
}

int cimages_png_rgb(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message) {
  cimages_canvas canvas = {samples, sample_count};
  return read_file(bytes, count, message, decode_rgb, &canvas);
}

static void decode_indices(reader *reader, void *result) {
  const cimages_canvas *canvas = result;
  check_capacity(reader, canvas, 1);
  png_set_packing(reader->png);
  read_rows(reader, canvas->samples, 1);
}

int cimages_png_indices(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message) {
  cimages_canvas canvas = {samples, sample_count};
  return read_file(bytes, count, message, decode_indices, &canvas);
}

// MARK: - Writing

typedef struct {
  cimages_buffer buffer;
  size_t capacity;
} sink;

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  sink *sink = png_get_io_ptr(png);
  if (count > sink->capacity - sink->buffer.count) {
    size_t capacity = 2 * sink->capacity + count + 4096;
    uint8_t *grown = realloc(sink->buffer.bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    sink->buffer.bytes = grown;
    sink->capacity = capacity;
  }
  memcpy(sink->buffer.bytes + sink->buffer.count, bytes, count);
  sink->buffer.count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

int cimages_png_encode(
  const uint8_t *samples, uint32_t width, uint32_t height, uint32_t kind, const uint8_t *palette,
  cimages_buffer *output, cimages_message message) {
  sink sink = {{NULL, 0}, 0};
  png_infop info = NULL;
  png_structp png =
    png_create_write_struct(PNG_LIBPNG_VER_STRING, &message, on_error, on_warning);
  if (png) info = png_create_info_struct(png);
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    cimages_report(message, "out of memory");
    return 1;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(sink.buffer.bytes);
    return 1;
  }
  png_set_write_fn(png, &sink, write_bytes, flush_bytes);
  int color_type = kind == CIMAGES_PALETTE ? PNG_COLOR_TYPE_PALETTE
    : kind == CIMAGES_GRAY                 ? PNG_COLOR_TYPE_GRAY
                                           : PNG_COLOR_TYPE_RGB;
  png_set_IHDR(
    png, info, width, height, 8, color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
    PNG_FILTER_TYPE_DEFAULT);
  if (kind == CIMAGES_PALETTE) {
    png_color colors[256];
    for (int i = 0; i < 256; i++) {
      colors[i] = (png_color){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
    }
    png_set_PLTE(png, info, colors, 256);
  }
  // Level 4 is twice as fast as zlib's default on photographs and 1 % larger; flat label maps gain
  // nothing from it.
  if (kind != CIMAGES_PALETTE) png_set_compression_level(png, 4);
  png_write_info(png, info);
  size_t row_bytes = (size_t)width * (kind == CIMAGES_RGB ? 3 : 1);
  for (uint32_t y = 0; y < height; y++) png_write_row(png, samples + y * row_bytes);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  *output = sink.buffer;
  return 0;
}
