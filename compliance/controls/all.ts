/** Every control, in the order of the checklist. A new control is imported and listed here, and nowhere else. */
import type { Control } from './control.ts'

export const controls: readonly Control[] = []
