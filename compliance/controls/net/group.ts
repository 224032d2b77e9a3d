/** The controls of the group NET, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as net01 } from './NET-01.ts'
import { control as net02 } from './NET-02.ts'
import { control as net03 } from './NET-03.ts'
import { control as net04 } from './NET-04.ts'
import { control as net05 } from './NET-05.ts'
import { control as net06 } from './NET-06.ts'
import { control as net07 } from './NET-07.ts'
import { control as net08 } from './NET-08.ts'
import { control as net09 } from './NET-09.ts'
import { control as net10 } from './NET-10.ts'
import { control as net11 } from './NET-11.ts'
import { control as net12 } from './NET-12.ts'
import { control as net13 } from './NET-13.ts'
import { control as net14 } from './NET-14.ts'
import { control as net15 } from './NET-15.ts'
import { control as net16 } from './NET-16.ts'
import { control as net17 } from './NET-17.ts'
import { control as net18 } from './NET-18.ts'
import { control as net19 } from './NET-19.ts'

export const netControls: readonly Control[] = [
  net01,
  net02,
  net03,
  net04,
  net05,
  net06,
  net07,
  net08,
  net09,
  net10,
  net11,
  net12,
  net13,
  net14,
  net15,
  net16,
  net17,
  net18,
  net19,
]
