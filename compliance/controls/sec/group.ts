/** The controls of the group SEC, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as sec01 } from './SEC-01.ts'
import { control as sec02 } from './SEC-02.ts'
import { control as sec03 } from './SEC-03.ts'
import { control as sec04 } from './SEC-04.ts'
import { control as sec05 } from './SEC-05.ts'
import { control as sec06 } from './SEC-06.ts'
import { control as sec07 } from './SEC-07.ts'
import { control as sec08 } from './SEC-08.ts'
import { control as sec09 } from './SEC-09.ts'
import { control as sec10 } from './SEC-10.ts'
import { control as sec11 } from './SEC-11.ts'
import { control as sec12 } from './SEC-12.ts'
import { control as sec13 } from './SEC-13.ts'

export const secControls: readonly Control[] = [
  sec01,
  sec02,
  sec03,
  sec04,
  sec05,
  sec06,
  sec07,
  sec08,
  sec09,
  sec10,
  sec11,
  sec12,
  sec13,
]
