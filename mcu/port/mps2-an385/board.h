/*
 * ARM MPS2 with image AN385: Cortex-M3 at 25 MHz.  What runs on it here is
 * Cortex-M0 code, which a Cortex-M3 runs as it is: a board for what outgrows
 * the micro:bit's 16 kB.
 */
#ifndef TINYML_PORT_MPS_BOARD_H
#define TINYML_PORT_MPS_BOARD_H

#include "mps2.h"

#define BOARD_NAME "mps2-an385"
#define BOARD_CORE "cortex-m3"
#define BOARD_UNIQUE { 'm', 'p', 's', '2', 0, 0, 0, 2 }

#endif
