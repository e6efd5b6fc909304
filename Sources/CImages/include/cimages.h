// C shim over libpng 1.6 and libjpeg-turbo 2.1.
//
// Both libraries report errors by longjmp, which must not cross Swift frames: every function here
// catches it, returns 0 on success and 1 on failure, and writes the library's words to `message`.
// Decoding goes to memory that the caller owns; nothing is allocated on the decoding side but the
// libraries' own tables, and those are freed on every path.

#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How an image file stores its pixels.
typedef enum {
  CIMAGES_GRAY = 0,
  CIMAGES_GRAY_ALPHA = 1,
  CIMAGES_RGB = 2,
  CIMAGES_RGBA = 3,
  CIMAGES_PALETTE = 4,
  CIMAGES_CMYK = 5,
} cimages_kind;

/// What the header of an image file says.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// Bits of one sample: 1, 2, 4, 8 or 16.
  uint32_t bit_depth;
  /// A `cimages_kind`.
  uint32_t kind;
} cimages_header;

/// Where a failure is put into words: a buffer of the caller, always null-terminated.
typedef struct {
  char *text;
  size_t capacity;
} cimages_message;

/// Bytes allocated with malloc; the caller frees `bytes`.
typedef struct {
  uint8_t *bytes;
  size_t count;
} cimages_buffer;

/// Reads the header of a PNG file.
int cimages_png_header(
  const uint8_t *bytes, size_t count, cimages_header *header, cimages_message message);

/// Decodes a PNG file to 8-bit RGB, `width * height * 3` bytes.
///
/// Gray is repeated, palettes are looked up, alpha and transparency are dropped, and 16-bit samples
/// keep their high byte.
int cimages_png_rgb(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message);

/// Decodes a gray or palette PNG file of at most 8 bits to its sample values, one byte each.
int cimages_png_indices(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message);

/// Encodes 8-bit samples as a PNG file.
///
/// `kind` is `CIMAGES_GRAY`, `CIMAGES_RGB` or `CIMAGES_PALETTE`; `palette` holds 256 RGB colours
/// for the last and is not read otherwise.
int cimages_png_encode(
  const uint8_t *samples, uint32_t width, uint32_t height, uint32_t kind, const uint8_t *palette,
  cimages_buffer *output, cimages_message message);

/// Reads the header of a JPEG file.
int cimages_jpeg_header(
  const uint8_t *bytes, size_t count, cimages_header *header, cimages_message message);

/// Decodes a JPEG file to 8-bit RGB, `width * height * 3` bytes.
///
/// The exact integer DCT and smooth chroma upsampling, as in libjpeg's defaults. CMYK and YCCK are
/// taken as inverted (Adobe's convention) and converted without colour management.
int cimages_jpeg_rgb(
  const uint8_t *bytes, size_t count, uint8_t *samples, size_t sample_count,
  cimages_message message);

/// Encodes 8-bit RGB as a JPEG file of the given quality, 1...100.
int cimages_jpeg_encode(
  const uint8_t *samples, uint32_t width, uint32_t height, int quality, cimages_buffer *output,
  cimages_message message);

#ifdef __cplusplus
}
#endif
