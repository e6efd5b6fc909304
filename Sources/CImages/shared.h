// What the readers of both formats share.
#pragma once

#include "cimages.h"

/// The caller's memory that samples are decoded to.
typedef struct {
  uint8_t *samples;
  size_t count;
} cimages_canvas;

/// Copies `text` to the caller's message, cut to its capacity.
void cimages_report(cimages_message message, const char *text);
