/** What cannot be written as a configuration of Alertmanager. */
import { CodedError } from '../../lib/errors.ts'

type AlertmanagerErrorCode = 'ALERTMANAGER_OPTION_INVALID'

export class AlertmanagerError extends CodedError<AlertmanagerErrorCode> {}
