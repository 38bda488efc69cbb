import { afterAll } from 'vitest'
import { removeTemporaryFiles, temporaryDatabase } from '../../../src/store/engines.testing.ts'
import { validateOn } from './validation.ts'

afterAll(removeTemporaryFiles)
await validateOn('PostgreSQL', temporaryDatabase)
