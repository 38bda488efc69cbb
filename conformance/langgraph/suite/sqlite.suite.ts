import { afterAll } from 'vitest'
import { removeTemporaryFiles, temporaryFile } from '../../../src/store/engines.testing.ts'
import { validateOn } from './validation.ts'

afterAll(removeTemporaryFiles)
await validateOn('SQLite', async () => `file:${temporaryFile()}`)
