#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "shared.h"

/// More scans than any encoder writes; each one costs a pass over the whole image, so a small file
/// of many empty scans would otherwise keep a reader busy for hours.
static const int maximum_scans = 500;

// MARK: - Errors

typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf jump;
  cimages_message message;
} failure;

static void fail(j_common_ptr codec, const char *text) {
  failure *failure = (void *)codec->err;
  cimages_report(failure->message, text);
  longjmp(failure->jump, 1);
}

static void on_error(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  fail(codec, text);
}

/// Warnings that mean lost pixels are errors here; the harmless ones pass, as they do in PIL.
static void on_message(j_common_ptr codec, int level) {
  if (level >= 0) return;
  switch (codec->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC: on_error(codec);
    default: break;
  }
}

static struct jpeg_error_mgr *prepare(failure *failure, cimages_message message) {
  jpeg_std_error(&failure->manager);
  failure->manager.error_exit = on_error;
  failure->manager.emit_message = on_message;
  failure->message = message;
  return &failure->manager;
}

// MARK: - Reading

static void begin(j_decompress_ptr codec) { (void)codec; }

static boolean refill(j_decompress_ptr codec) {
  fail((j_common_ptr)codec, "the file ends early");
  return FALSE;
}

static void skip(j_decompress_ptr codec, long count) {
  if (count <= 0) return;
  if ((size_t)count > codec->src->bytes_in_buffer) refill(codec);
  codec->src->next_input_byte += count;
  codec->src->bytes_in_buffer -= count;
}

static void check_progress(j_common_ptr codec) {
  if (((j_decompress_ptr)codec)->input_scan_number > maximum_scans) fail(codec, "too many scans");
}

typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  failure failure;
} reader;

static void open_reader(reader *reader, const uint8_t *bytes, size_t count) {
  jpeg_create_decompress(&reader->codec);
  reader->source = (struct jpeg_source_mgr){
    .next_input_byte = bytes,
    .bytes_in_buffer = count,
    .init_source = begin,
    .fill_input_buffer = refill,
    .skip_input_data = skip,
    .resync_to_restart = jpeg_resync_to_restart,
    .term_source = begin,
  };
  reader->codec.src = &reader->source;
  memset(&reader->progress, 0, sizeof reader->progress);
  reader->progress.progress_monitor = check_progress;
  reader->codec.progress = &reader->progress;
  jpeg_read_header(&reader->codec, TRUE);
}

/// Reads the header, lets `step` go on, and tidies up whichever way either of them ends.
static int read_file(
  const uint8_t *bytes, size_t count, cimages_message message,
  void (*step)(j_decompress_ptr codec, void *result), void *result) {
  reader reader;
  memset(&reader, 0, sizeof reader);
  reader.codec.err = prepare(&reader.failure, message);
  if (setjmp(reader.failure.jump)) {
    jpeg_destroy_decompress(&reader.codec);
    return 1;
  }
  open_reader(&reader, bytes, count);
  step(&reader.codec, result);
  jpeg_destroy_decompress(&reader.codec);
  return 0;
}

static void describe(j_decompress_ptr codec, void *result) {
  cimages_header *header = result;
  header->width = codec->image_width;
  header->height = codec->image_height;
  header->bit_depth = codec->data_precision;
  switch (codec->jpeg_color_space) {
    case JCS_GRAYSCALE: header->kind = CIMAGES_GRAY; break;
    case JCS_RGB:
    case JCS_YCbCr: header->kind = CIMAGES_RGB; break;
    case JCS_CMYK:
    case JCS_YCCK: header->kind = CIMAGES_CMYK; break;
    default: fail((j_common_ptr)codec, "unknown colour space");
  }
}

int cimages_jpeg_header(
  const uint8_t *bytes, size_t count, cimages_header *header, cimages_message message) {
  return read_file(bytes, count, message, describe, header);
}

/// Converts a row of inverted CMYK (255 = no ink) to RGB: each colour is what its ink and the black
/// ink let through, `key - round((255 - ink) * key / 255)`.
static void convert_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t pixel_count) {
  for (size_t i = 0; i < pixel_count; i++) {
    unsigned key = cmyk[4 * i + 3];
    for (size_t c = 0; c < 3; c++) {
      unsigned product = (255u - cmyk[4 * i + c]) * key + 128;
      rgb[3 * i + c] = (uint8_t)(key - ((product + (product >> 8)) >> 8));
    }
  }
}

static void decode(j_decompress_ptr codec, void *result) {
  const cimages_canvas *canvas = result;
  int is_cmyk = codec->jpeg_color_space == JCS_CMYK || codec->jpeg_color_space == JCS_YCCK;
  codec->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  codec->dct_method = JDCT_ISLOW;
  jpeg_start_decompress(codec);
  size_t width = codec->output_width;
  if (canvas->count / 3 / width < codec->output_height) {
    fail((j_common_ptr)codec, "the buffer is too small");
  }
  uint8_t *row = NULL;
  if (is_cmyk) row = codec->mem->alloc_large((j_common_ptr)codec, JPOOL_IMAGE, 4 * width);
  while (codec->output_scanline < codec->output_height) {
    uint8_t *target = canvas->samples + codec->output_scanline * width * 3;
    JSAMPROW rows[1] = {is_cmyk ? row : target};
    jpeg_read_scanlines(codec, rows, 1);
    if (is_cmyk) convert_cmyk(row, target, width);
  }
  jpeg_finish_decompress(codec);
}

int cimages_jpeg_rgb(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message) {
  cimages_canvas canvas = {samples, sample_count};
  return read_file(bytes, count, message, decode, &canvas);
}

// MARK: - Writing

typedef struct {
  struct jpeg_compress_struct codec;
  struct jpeg_destination_mgr destination;
  failure failure;
  uint8_t *bytes;
  size_t capacity;
} writer;

/// Doubles the buffer. libjpeg calls this exactly when the buffer is full.
static boolean grow(j_compress_ptr codec) {
  writer *writer = codec->client_data;
  size_t capacity = 2 * writer->capacity;
  uint8_t *grown = realloc(writer->bytes, capacity);
  if (!grown) fail((j_common_ptr)codec, "out of memory");
  writer->destination.next_output_byte = grown + writer->capacity;
  writer->destination.free_in_buffer = capacity - writer->capacity;
  writer->bytes = grown;
  writer->capacity = capacity;
  return TRUE;
}

static void start(j_compress_ptr codec) {
  writer *writer = codec->client_data;
  writer->capacity = 1 << 15;
  writer->bytes = malloc(writer->capacity);
  if (!writer->bytes) fail((j_common_ptr)codec, "out of memory");
  writer->destination.next_output_byte = writer->bytes;
  writer->destination.free_in_buffer = writer->capacity;
}

static void finish(j_compress_ptr codec) { (void)codec; }

int cimages_jpeg_encode(
  const uint8_t *samples, uint32_t width, uint32_t height, int quality, cimages_buffer *output,
  cimages_message message) {
  writer writer;
  memset(&writer, 0, sizeof writer);
  writer.codec.err = prepare(&writer.failure, message);
  if (setjmp(writer.failure.jump)) {
    jpeg_destroy_compress(&writer.codec);
    free(writer.bytes);
    return 1;
  }
  j_compress_ptr codec = &writer.codec;
  jpeg_create_compress(codec);
  writer.destination.init_destination = start;
  writer.destination.empty_output_buffer = grow;
  writer.destination.term_destination = finish;
  codec->client_data = &writer;
  codec->dest = &writer.destination;
  codec->image_width = width;
  codec->image_height = height;
  codec->input_components = 3;
  codec->in_color_space = JCS_RGB;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  jpeg_start_compress(codec, TRUE);
  while (codec->next_scanline < height) {
    JSAMPROW rows[1] = {(JSAMPROW)(samples + codec->next_scanline * (size_t)width * 3)};
    jpeg_write_scanlines(codec, rows, 1);
  }
  jpeg_finish_compress(codec);
  output->bytes = writer.bytes;
  output->count = writer.capacity - writer.destination.free_in_buffer;
  jpeg_destroy_compress(codec);
  return 0;
}
