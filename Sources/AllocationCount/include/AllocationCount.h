#pragma once

#include <stdint.h>

/// Environment variable with the path of the file that holds the count: 8 bytes, the machine's byte order.
#define LOCKSTEP_ALLOCATION_COUNT_VARIABLE "LOCKSTEP_ALLOCATION_COUNT"
