/** The controls of the group DBS, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as dbs01 } from './DBS-01.ts'
import { control as dbs02 } from './DBS-02.ts'
import { control as dbs03 } from './DBS-03.ts'
import { control as dbs04 } from './DBS-04.ts'
import { control as dbs05 } from './DBS-05.ts'
import { control as dbs06 } from './DBS-06.ts'
import { control as dbs07 } from './DBS-07.ts'
import { control as dbs08 } from './DBS-08.ts'
import { control as dbs09 } from './DBS-09.ts'
import { control as dbs10 } from './DBS-10.ts'
import { control as dbs11 } from './DBS-11.ts'
import { control as dbs12 } from './DBS-12.ts'
import { control as dbs13 } from './DBS-13.ts'
import { control as dbs14 } from './DBS-14.ts'
import { control as dbs15 } from './DBS-15.ts'
import { control as dbs16 } from './DBS-16.ts'
import { control as dbs17 } from './DBS-17.ts'
import { control as dbs18 } from './DBS-18.ts'
import { control as dbs19 } from './DBS-19.ts'
import { control as dbs20 } from './DBS-20.ts'

export const dbsControls: readonly Control[] = [
  dbs01,
  dbs02,
  dbs03,
  dbs04,
  dbs05,
  dbs06,
  dbs07,
  dbs08,
  dbs09,
  dbs10,
  dbs11,
  dbs12,
  dbs13,
  dbs14,
  dbs15,
  dbs16,
  dbs17,
  dbs18,
  dbs19,
  dbs20,
]
