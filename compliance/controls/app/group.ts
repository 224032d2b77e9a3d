/** The controls of the group APP, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as app01 } from './APP-01.ts'
import { control as app02 } from './APP-02.ts'
import { control as app03 } from './APP-03.ts'
import { control as app04 } from './APP-04.ts'
import { control as app05 } from './APP-05.ts'
import { control as app06 } from './APP-06.ts'
import { control as app07 } from './APP-07.ts'
import { control as app08 } from './APP-08.ts'
import { control as app09 } from './APP-09.ts'
import { control as app10 } from './APP-10.ts'
import { control as app11 } from './APP-11.ts'
import { control as app12 } from './APP-12.ts'
import { control as app13 } from './APP-13.ts'
import { control as app14 } from './APP-14.ts'
import { control as app15 } from './APP-15.ts'
import { control as app16 } from './APP-16.ts'
import { control as app17 } from './APP-17.ts'
import { control as app18 } from './APP-18.ts'
import { control as app19 } from './APP-19.ts'
import { control as app20 } from './APP-20.ts'
import { control as app21 } from './APP-21.ts'
import { control as app22 } from './APP-22.ts'

export const appControls: readonly Control[] = [
  app01,
  app02,
  app03,
  app04,
  app05,
  app06,
  app07,
  app08,
  app09,
  app10,
  app11,
  app12,
  app13,
  app14,
  app15,
  app16,
  app17,
  app18,
  app19,
  app20,
  app21,
  app22,
]
