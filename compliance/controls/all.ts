/** Every control, in the order of the checklist; each group keeps its own list. */
import type { Control } from './control.ts'
import { appControls } from './app/group.ts'
import { bdrControls } from './bdr/group.ts'
import { cicControls } from './cic/group.ts'
import { cstControls } from './cst/group.ts'
import { ctrControls } from './ctr/group.ts'
import { datControls } from './dat/group.ts'
import { dbsControls } from './dbs/group.ts'
import { hstControls } from './hst/group.ts'
import { iamControls } from './iam/group.ts'
import { irpControls } from './irp/group.ts'
import { logControls } from './log/group.ts'
import { monControls } from './mon/group.ts'
import { netControls } from './net/group.ts'
import { prvControls } from './prv/group.ts'
import { secControls } from './sec/group.ts'
import { tenControls } from './ten/group.ts'
import { tlsControls } from './tls/group.ts'
import { withSecurityHub } from './read/security-hub.ts'

export const controls: readonly Control[] = [
  ...netControls,
  ...tlsControls,
  ...iamControls,
  ...secControls,
  ...datControls,
  ...dbsControls,
  ...bdrControls,
  ...ctrControls,
  ...hstControls,
  ...appControls,
  ...tenControls,
  ...logControls,
  ...monControls,
  ...cicControls,
  ...cstControls,
  ...prvControls,
  ...irpControls,
].map(withSecurityHub)
