// The one thing the console takes from the library instead of over HTTP: two ways to write a path would drift apart.
export { formatPath, type Path, type Segment } from '../../../src/core/path.ts'
