/** The controls of the group CST, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as cst01 } from './CST-01.ts'
import { control as cst02 } from './CST-02.ts'
import { control as cst03 } from './CST-03.ts'
import { control as cst04 } from './CST-04.ts'
import { control as cst05 } from './CST-05.ts'
import { control as cst06 } from './CST-06.ts'

export const cstControls: readonly Control[] = [cst01, cst02, cst03, cst04, cst05, cst06]
