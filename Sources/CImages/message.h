#pragma once

#include "cimages.h"

/// Copies `text` to the caller's message, cut to its capacity.
void cimages_report(cimages_message message, const char *text);
