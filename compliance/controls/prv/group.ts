/** The controls of the group PRV, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as prv01 } from './PRV-01.ts'
import { control as prv02 } from './PRV-02.ts'
import { control as prv03 } from './PRV-03.ts'
import { control as prv04 } from './PRV-04.ts'
import { control as prv05 } from './PRV-05.ts'
import { control as prv06 } from './PRV-06.ts'
import { control as prv07 } from './PRV-07.ts'
import { control as prv08 } from './PRV-08.ts'
import { control as prv09 } from './PRV-09.ts'
import { control as prv10 } from './PRV-10.ts'
import { control as prv11 } from './PRV-11.ts'
import { control as prv12 } from './PRV-12.ts'
import { control as prv13 } from './PRV-13.ts'
import { control as prv14 } from './PRV-14.ts'

export const prvControls: readonly Control[] = [
  prv01,
  prv02,
  prv03,
  prv04,
  prv05,
  prv06,
  prv07,
  prv08,
  prv09,
  prv10,
  prv11,
  prv12,
  prv13,
  prv14,
]
