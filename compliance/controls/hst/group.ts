/** The controls of the group HST, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as hst01 } from './HST-01.ts'
import { control as hst02 } from './HST-02.ts'
import { control as hst03 } from './HST-03.ts'
import { control as hst04 } from './HST-04.ts'
import { control as hst05 } from './HST-05.ts'
import { control as hst06 } from './HST-06.ts'
import { control as hst07 } from './HST-07.ts'
import { control as hst08 } from './HST-08.ts'
import { control as hst09 } from './HST-09.ts'
import { control as hst10 } from './HST-10.ts'
import { control as hst11 } from './HST-11.ts'

export const hstControls: readonly Control[] = [
  hst01,
  hst02,
  hst03,
  hst04,
  hst05,
  hst06,
  hst07,
  hst08,
  hst09,
  hst10,
  hst11,
]
