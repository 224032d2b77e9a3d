/** The controls of the group TLS, in the order of the checklist. A new one is imported and listed here, and nowhere else. */
import type { Control } from '../control.ts'
import { control as tls01 } from './TLS-01.ts'
import { control as tls02 } from './TLS-02.ts'
import { control as tls03 } from './TLS-03.ts'
import { control as tls04 } from './TLS-04.ts'
import { control as tls05 } from './TLS-05.ts'
import { control as tls06 } from './TLS-06.ts'
import { control as tls07 } from './TLS-07.ts'
import { control as tls08 } from './TLS-08.ts'
import { control as tls09 } from './TLS-09.ts'
import { control as tls10 } from './TLS-10.ts'
import { control as tls11 } from './TLS-11.ts'
import { control as tls12 } from './TLS-12.ts'
import { control as tls13 } from './TLS-13.ts'
import { control as tls14 } from './TLS-14.ts'
import { control as tls15 } from './TLS-15.ts'
import { control as tls16 } from './TLS-16.ts'

export const tlsControls: readonly Control[] = [
  tls01,
  tls02,
  tls03,
  tls04,
  tls05,
  tls06,
  tls07,
  tls08,
  tls09,
  tls10,
  tls11,
  tls12,
  tls13,
  tls14,
  tls15,
  tls16,
]
