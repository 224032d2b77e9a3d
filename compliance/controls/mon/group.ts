/** The controls of the group MON, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as mon01 } from './MON-01.ts'
import { control as mon02 } from './MON-02.ts'
import { control as mon03 } from './MON-03.ts'
import { control as mon04 } from './MON-04.ts'
import { control as mon05 } from './MON-05.ts'
import { control as mon06 } from './MON-06.ts'
import { control as mon07 } from './MON-07.ts'
import { control as mon08 } from './MON-08.ts'
import { control as mon09 } from './MON-09.ts'
import { control as mon10 } from './MON-10.ts'
import { control as mon11 } from './MON-11.ts'
import { control as mon12 } from './MON-12.ts'
import { control as mon13 } from './MON-13.ts'
import { control as mon14 } from './MON-14.ts'
import { control as mon15 } from './MON-15.ts'
import { control as mon16 } from './MON-16.ts'
import { control as mon17 } from './MON-17.ts'

export const monControls: readonly Control[] = [
  mon01,
  mon02,
  mon03,
  mon04,
  mon05,
  mon06,
  mon07,
  mon08,
  mon09,
  mon10,
  mon11,
  mon12,
  mon13,
  mon14,
  mon15,
  mon16,
  mon17,
]
