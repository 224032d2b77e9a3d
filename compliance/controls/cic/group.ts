/** The controls of the group CIC, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as cic01 } from './CIC-01.ts'
import { control as cic02 } from './CIC-02.ts'
import { control as cic03 } from './CIC-03.ts'
import { control as cic04 } from './CIC-04.ts'
import { control as cic05 } from './CIC-05.ts'
import { control as cic06 } from './CIC-06.ts'
import { control as cic07 } from './CIC-07.ts'
import { control as cic08 } from './CIC-08.ts'
import { control as cic09 } from './CIC-09.ts'
import { control as cic10 } from './CIC-10.ts'
import { control as cic11 } from './CIC-11.ts'
import { control as cic12 } from './CIC-12.ts'
import { control as cic13 } from './CIC-13.ts'
import { control as cic14 } from './CIC-14.ts'
import { control as cic15 } from './CIC-15.ts'
import { control as cic16 } from './CIC-16.ts'

export const cicControls: readonly Control[] = [
  cic01,
  cic02,
  cic03,
  cic04,
  cic05,
  cic06,
  cic07,
  cic08,
  cic09,
  cic10,
  cic11,
  cic12,
  cic13,
  cic14,
  cic15,
  cic16,
]
