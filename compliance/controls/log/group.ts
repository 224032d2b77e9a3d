/** The controls of the group LOG, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as log01 } from './LOG-01.ts'
import { control as log02 } from './LOG-02.ts'
import { control as log03 } from './LOG-03.ts'
import { control as log04 } from './LOG-04.ts'
import { control as log05 } from './LOG-05.ts'
import { control as log06 } from './LOG-06.ts'
import { control as log07 } from './LOG-07.ts'
import { control as log08 } from './LOG-08.ts'
import { control as log09 } from './LOG-09.ts'
import { control as log10 } from './LOG-10.ts'
import { control as log11 } from './LOG-11.ts'
import { control as log12 } from './LOG-12.ts'
import { control as log13 } from './LOG-13.ts'
import { control as log14 } from './LOG-14.ts'
import { control as log15 } from './LOG-15.ts'
import { control as log16 } from './LOG-16.ts'
import { control as log17 } from './LOG-17.ts'

export const logControls: readonly Control[] = [
  log01,
  log02,
  log03,
  log04,
  log05,
  log06,
  log07,
  log08,
  log09,
  log10,
  log11,
  log12,
  log13,
  log14,
  log15,
  log16,
  log17,
]
