/*
 * crc - cyclic redundancy checks, bit by bit or by a 16-entry table: small on
 * a board, fast enough for frames and records.
 *
 * Each takes the running value, so a message may come in pieces:
 *     crc = crc32(0, a, n); crc = crc32(crc, b, m);
 */
#ifndef TINYML_BITS_CRC_H
#define TINYML_BITS_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC-16/XMODEM: polynomial 0x1021, start 0, not reflected ("123456789" gives
 * 0x31C3). SMP's serial frames. */
uint16_t crc16(uint16_t crc, const void *bytes, size_t n);

/* CRC-32/ISO-HDLC, as zlib: start 0 ("123456789" gives 0xCBF43926). */
uint32_t crc32(uint32_t crc, const void *bytes, size_t n);

#endif
