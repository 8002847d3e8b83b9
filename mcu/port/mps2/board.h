/*
 * ARM MPS2 with image AN386: Cortex-M4F at 25 MHz.
 */
#ifndef TINYML_PORT_MPS_BOARD_H
#define TINYML_PORT_MPS_BOARD_H

#include "mps2.h"

#define BOARD_NAME "mps2-an386"
#define BOARD_CORE "cortex-m4f"
#define BOARD_UNIQUE { 'm', 'p', 's', '2', 0, 0, 0, 1 }

#endif
