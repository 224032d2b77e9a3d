/** The controls of the group CTR, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as ctr01 } from './CTR-01.ts'
import { control as ctr02 } from './CTR-02.ts'
import { control as ctr03 } from './CTR-03.ts'
import { control as ctr04 } from './CTR-04.ts'
import { control as ctr05 } from './CTR-05.ts'
import { control as ctr06 } from './CTR-06.ts'
import { control as ctr07 } from './CTR-07.ts'
import { control as ctr08 } from './CTR-08.ts'
import { control as ctr09 } from './CTR-09.ts'
import { control as ctr10 } from './CTR-10.ts'
import { control as ctr11 } from './CTR-11.ts'
import { control as ctr12 } from './CTR-12.ts'
import { control as ctr13 } from './CTR-13.ts'
import { control as ctr14 } from './CTR-14.ts'
import { control as ctr15 } from './CTR-15.ts'
import { control as ctr16 } from './CTR-16.ts'
import { control as ctr17 } from './CTR-17.ts'
import { control as ctr18 } from './CTR-18.ts'
import { control as ctr19 } from './CTR-19.ts'
import { control as ctr20 } from './CTR-20.ts'
import { control as ctr21 } from './CTR-21.ts'
import { control as ctr22 } from './CTR-22.ts'
import { control as ctr23 } from './CTR-23.ts'
import { control as ctr24 } from './CTR-24.ts'
import { control as ctr25 } from './CTR-25.ts'
import { control as ctr26 } from './CTR-26.ts'

export const ctrControls: readonly Control[] = [
  ctr01,
  ctr02,
  ctr03,
  ctr04,
  ctr05,
  ctr06,
  ctr07,
  ctr08,
  ctr09,
  ctr10,
  ctr11,
  ctr12,
  ctr13,
  ctr14,
  ctr15,
  ctr16,
  ctr17,
  ctr18,
  ctr19,
  ctr20,
  ctr21,
  ctr22,
  ctr23,
  ctr24,
  ctr25,
  ctr26,
]
