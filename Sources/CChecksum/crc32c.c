#include "CChecksum.h"

#include <pthread.h>
#include <string.h>

#define POLYNOMIAL 0x82f63b78u

static uint32_t table[8][256];
static uint32_t zeros[64][32];  // zeros[k]: the operator "2^k zero bytes follow", by columns
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint32_t (*chosen)(uint32_t, const void *, size_t);

static uint32_t apply(const uint32_t matrix[32], uint32_t vector) {
    uint32_t sum = 0;
    for (int bit = 0; vector != 0; bit++, vector >>= 1) {
        if (vector & 1) sum ^= matrix[bit];
    }
    return sum;
}

static void square(uint32_t result[32], const uint32_t matrix[32]) {
    for (int bit = 0; bit < 32; bit++) result[bit] = apply(matrix, matrix[bit]);
}

static uint32_t sliced(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *p = bytes;
    crc = ~crc;
    while (length >= 8) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + 4, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        low = __builtin_bswap32(low);
        high = __builtin_bswap32(high);
#endif
        low ^= crc;
        crc = table[7][low & 0xff] ^ table[6][(low >> 8) & 0xff] ^ table[5][(low >> 16) & 0xff] ^ table[4][low >> 24] ^
              table[3][high & 0xff] ^ table[2][(high >> 8) & 0xff] ^ table[1][(high >> 16) & 0xff] ^
              table[0][high >> 24];
        p += 8;
        length -= 8;
    }
    while (length-- > 0) crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t instruction(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *p = bytes;
    uint64_t sum = ~crc;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sum = __builtin_ia32_crc32di(sum, word);
        p += 8;
        length -= 8;
    }
    while (length-- > 0) sum = __builtin_ia32_crc32qi((uint32_t)sum, *p++);
    return ~(uint32_t)sum;
}
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
static uint32_t instruction(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *p = bytes;
    uint32_t sum = ~crc;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        sum = __crc32cd(sum, word);
        p += 8;
        length -= 8;
    }
    while (length-- > 0) sum = __crc32cb(sum, *p++);
    return ~sum;
}
static int has_instruction(void) { return 1; }
#else
#define instruction sliced
static int has_instruction(void) { return 0; }
#endif

static void prepare(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
        table[0][n] = crc;
    }
    for (uint32_t n = 0; n < 256; n++) {
        for (int slice = 1; slice < 8; slice++) {
            uint32_t before = table[slice - 1][n];
            table[slice][n] = (before >> 8) ^ table[0][before & 0xff];
        }
    }
    uint32_t one[32], two[32], four[32];
    one[0] = POLYNOMIAL;  // the operator "one zero bit follows"
    for (int bit = 1; bit < 32; bit++) one[bit] = 1u << (bit - 1);
    square(two, one);
    square(four, two);
    square(zeros[0], four);
    for (int power = 1; power < 64; power++) square(zeros[power], zeros[power - 1]);
    chosen = has_instruction() ? instruction : sliced;
}

uint32_t lockstep_crc32c(uint32_t crc, const void *bytes, size_t length) {
    pthread_once(&once, prepare);
    return chosen(crc, bytes, length);
}

uint32_t lockstep_crc32c_portable(uint32_t crc, const void *bytes, size_t length) {
    pthread_once(&once, prepare);
    return sliced(crc, bytes, length);
}

uint32_t lockstep_crc32c_shift(uint32_t crc, uint64_t length) {
    pthread_once(&once, prepare);
    for (int power = 0; length != 0; power++, length >>= 1) {
        if (length & 1) crc = apply(zeros[power], crc);
    }
    return crc;
}
