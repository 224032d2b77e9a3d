/** The controls of the group DAT, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as dat01 } from './DAT-01.ts'
import { control as dat02 } from './DAT-02.ts'
import { control as dat03 } from './DAT-03.ts'
import { control as dat04 } from './DAT-04.ts'
import { control as dat05 } from './DAT-05.ts'
import { control as dat06 } from './DAT-06.ts'
import { control as dat07 } from './DAT-07.ts'
import { control as dat08 } from './DAT-08.ts'
import { control as dat09 } from './DAT-09.ts'
import { control as dat10 } from './DAT-10.ts'
import { control as dat11 } from './DAT-11.ts'
import { control as dat12 } from './DAT-12.ts'
import { control as dat13 } from './DAT-13.ts'
import { control as dat14 } from './DAT-14.ts'
import { control as dat15 } from './DAT-15.ts'
import { control as dat16 } from './DAT-16.ts'

export const datControls: readonly Control[] = [
  dat01,
  dat02,
  dat03,
  dat04,
  dat05,
  dat06,
  dat07,
  dat08,
  dat09,
  dat10,
  dat11,
  dat12,
  dat13,
  dat14,
  dat15,
  dat16,
]
