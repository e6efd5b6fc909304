#include "shared.h"

#include <stdio.h>

void cimages_report(cimages_message message, const char *text) {
  if (message.text && message.capacity > 0) {
    snprintf(message.text, message.capacity, "%s", text);
  }
}
