// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), as Kafka's record batches use it.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// CRC-32C of `length` bytes at `bytes`, continuing from `crc` (0 to start).
uint32_t lockstep_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The same without special instructions: the fallback, and the twin that tests compare with.
uint32_t lockstep_crc32c_portable(uint32_t crc, const void *bytes, size_t length);

/// What `crc` becomes as the CRC of a message when `length` zero bytes follow it, without the
/// initial and final inversion: the operator that combines CRCs. O(log length).
uint32_t lockstep_crc32c_shift(uint32_t crc, uint64_t length);
