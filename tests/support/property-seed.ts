/**
 * Loaded before all tests: gives every property the seed of this run, so that CI draws the same cases each time,
 * and those that name no count of their own many more cases under `npm run soak`.
 */
import fc from 'fast-check'
import { propertyRuns } from './property.ts'

fc.configureGlobal(propertyRuns({ ci: 100, soak: 10_000 }))
