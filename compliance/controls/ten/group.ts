/** The controls of the group TEN, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as ten01 } from './TEN-01.ts'
import { control as ten02 } from './TEN-02.ts'
import { control as ten03 } from './TEN-03.ts'
import { control as ten04 } from './TEN-04.ts'
import { control as ten05 } from './TEN-05.ts'
import { control as ten06 } from './TEN-06.ts'
import { control as ten07 } from './TEN-07.ts'
import { control as ten08 } from './TEN-08.ts'
import { control as ten09 } from './TEN-09.ts'
import { control as ten10 } from './TEN-10.ts'
import { control as ten11 } from './TEN-11.ts'
import { control as ten12 } from './TEN-12.ts'
import { control as ten13 } from './TEN-13.ts'

export const tenControls: readonly Control[] = [
  ten01,
  ten02,
  ten03,
  ten04,
  ten05,
  ten06,
  ten07,
  ten08,
  ten09,
  ten10,
  ten11,
  ten12,
  ten13,
]
