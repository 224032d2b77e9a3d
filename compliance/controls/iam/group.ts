/** The controls of the group IAM, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as iam01 } from './IAM-01.ts'
import { control as iam02 } from './IAM-02.ts'
import { control as iam03 } from './IAM-03.ts'
import { control as iam04 } from './IAM-04.ts'
import { control as iam05 } from './IAM-05.ts'
import { control as iam06 } from './IAM-06.ts'
import { control as iam07 } from './IAM-07.ts'
import { control as iam08 } from './IAM-08.ts'
import { control as iam09 } from './IAM-09.ts'
import { control as iam10 } from './IAM-10.ts'
import { control as iam11 } from './IAM-11.ts'
import { control as iam12 } from './IAM-12.ts'
import { control as iam13 } from './IAM-13.ts'
import { control as iam14 } from './IAM-14.ts'
import { control as iam15 } from './IAM-15.ts'
import { control as iam16 } from './IAM-16.ts'
import { control as iam17 } from './IAM-17.ts'
import { control as iam18 } from './IAM-18.ts'
import { control as iam19 } from './IAM-19.ts'
import { control as iam20 } from './IAM-20.ts'

export const iamControls: readonly Control[] = [
  iam01,
  iam02,
  iam03,
  iam04,
  iam05,
  iam06,
  iam07,
  iam08,
  iam09,
  iam10,
  iam11,
  iam12,
  iam13,
  iam14,
  iam15,
  iam16,
  iam17,
  iam18,
  iam19,
  iam20,
]
