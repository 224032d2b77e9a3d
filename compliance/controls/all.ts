/** Every control, in the order of the checklist. A new control is imported and listed here, and nowhere else. */
import type { Control } from './control.ts'
import { control as app04 } from './app/APP-04.ts'
import { control as app10 } from './app/APP-10.ts'
import { control as app11 } from './app/APP-11.ts'
import { control as app12 } from './app/APP-12.ts'
import { control as app18 } from './app/APP-18.ts'
import { control as bdr01 } from './bdr/BDR-01.ts'
import { control as ctr01 } from './ctr/CTR-01.ts'
import { control as ctr02 } from './ctr/CTR-02.ts'
import { control as ctr03 } from './ctr/CTR-03.ts'
import { control as ctr04 } from './ctr/CTR-04.ts'
import { control as ctr05 } from './ctr/CTR-05.ts'
import { control as ctr06 } from './ctr/CTR-06.ts'
import { control as ctr07 } from './ctr/CTR-07.ts'
import { control as ctr08 } from './ctr/CTR-08.ts'
import { control as ctr09 } from './ctr/CTR-09.ts'
import { control as ctr10 } from './ctr/CTR-10.ts'
import { control as ctr12 } from './ctr/CTR-12.ts'
import { control as ctr13 } from './ctr/CTR-13.ts'
import { control as ctr16 } from './ctr/CTR-16.ts'
import { control as ctr18 } from './ctr/CTR-18.ts'
import { control as dat01 } from './dat/DAT-01.ts'
import { control as dat02 } from './dat/DAT-02.ts'
import { control as dat03 } from './dat/DAT-03.ts'
import { control as dat04 } from './dat/DAT-04.ts'
import { control as dat10 } from './dat/DAT-10.ts'
import { control as dbs01 } from './dbs/DBS-01.ts'
import { control as dbs02 } from './dbs/DBS-02.ts'
import { control as dbs03 } from './dbs/DBS-03.ts'
import { control as dbs04 } from './dbs/DBS-04.ts'
import { control as dbs07 } from './dbs/DBS-07.ts'
import { control as dbs08 } from './dbs/DBS-08.ts'
import { control as dbs09 } from './dbs/DBS-09.ts'
import { control as dbs11 } from './dbs/DBS-11.ts'
import { control as dbs13 } from './dbs/DBS-13.ts'
import { control as dbs18 } from './dbs/DBS-18.ts'
import { control as iam04 } from './iam/IAM-04.ts'
import { control as iam05 } from './iam/IAM-05.ts'
import { control as iam07 } from './iam/IAM-07.ts'
import { control as iam17 } from './iam/IAM-17.ts'
import { control as log01 } from './log/LOG-01.ts'
import { control as log02 } from './log/LOG-02.ts'
import { control as net01 } from './net/NET-01.ts'
import { control as net02 } from './net/NET-02.ts'
import { control as net03 } from './net/NET-03.ts'
import { control as net04 } from './net/NET-04.ts'
import { control as net08 } from './net/NET-08.ts'
import { control as net12 } from './net/NET-12.ts'
import { control as net17 } from './net/NET-17.ts'
import { control as net18 } from './net/NET-18.ts'
import { control as sec01 } from './sec/SEC-01.ts'
import { control as sec02 } from './sec/SEC-02.ts'
import { control as sec04 } from './sec/SEC-04.ts'
import { control as sec07 } from './sec/SEC-07.ts'
import { control as sec09 } from './sec/SEC-09.ts'
import { control as sec10 } from './sec/SEC-10.ts'
import { control as ten01 } from './ten/TEN-01.ts'
import { control as tls01 } from './tls/TLS-01.ts'
import { control as tls04 } from './tls/TLS-04.ts'
import { control as tls11 } from './tls/TLS-11.ts'

export const controls: readonly Control[] = [
  net01,
  net02,
  net03,
  net04,
  net08,
  net12,
  net17,
  net18,
  tls01,
  tls04,
  tls11,
  iam04,
  iam05,
  iam07,
  iam17,
  sec01,
  sec02,
  sec04,
  sec07,
  sec09,
  sec10,
  dat01,
  dat02,
  dat03,
  dat04,
  dat10,
  dbs01,
  dbs02,
  dbs03,
  dbs04,
  dbs07,
  dbs08,
  dbs09,
  dbs11,
  dbs13,
  dbs18,
  bdr01,
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
  ctr12,
  ctr13,
  ctr16,
  ctr18,
  app04,
  app10,
  app11,
  app12,
  app18,
  ten01,
  log01,
  log02,
]
