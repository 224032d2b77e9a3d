/** The controls of the group BDR, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as bdr01 } from './BDR-01.ts'
import { control as bdr02 } from './BDR-02.ts'
import { control as bdr03 } from './BDR-03.ts'
import { control as bdr04 } from './BDR-04.ts'
import { control as bdr05 } from './BDR-05.ts'
import { control as bdr06 } from './BDR-06.ts'
import { control as bdr07 } from './BDR-07.ts'
import { control as bdr08 } from './BDR-08.ts'
import { control as bdr09 } from './BDR-09.ts'
import { control as bdr10 } from './BDR-10.ts'
import { control as bdr11 } from './BDR-11.ts'
import { control as bdr12 } from './BDR-12.ts'
import { control as bdr13 } from './BDR-13.ts'
import { control as bdr14 } from './BDR-14.ts'
import { control as bdr15 } from './BDR-15.ts'

export const bdrControls: readonly Control[] = [
  bdr01,
  bdr02,
  bdr03,
  bdr04,
  bdr05,
  bdr06,
  bdr07,
  bdr08,
  bdr09,
  bdr10,
  bdr11,
  bdr12,
  bdr13,
  bdr14,
  bdr15,
]
