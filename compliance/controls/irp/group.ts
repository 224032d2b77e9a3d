/** The controls of the group IRP, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as irp01 } from './IRP-01.ts'
import { control as irp02 } from './IRP-02.ts'
import { control as irp03 } from './IRP-03.ts'
import { control as irp04 } from './IRP-04.ts'
import { control as irp05 } from './IRP-05.ts'
import { control as irp06 } from './IRP-06.ts'
import { control as irp07 } from './IRP-07.ts'
import { control as irp08 } from './IRP-08.ts'
import { control as irp09 } from './IRP-09.ts'
import { control as irp10 } from './IRP-10.ts'
import { control as irp11 } from './IRP-11.ts'

export const irpControls: readonly Control[] = [
  irp01,
  irp02,
  irp03,
  irp04,
  irp05,
  irp06,
  irp07,
  irp08,
  irp09,
  irp10,
  irp11,
]
