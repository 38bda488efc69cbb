import { fileURLToPath } from 'node:url'

/** The folder of the package, seen from the sources and from the build alike. */
export const packageFolder = new URL('../../', import.meta.url)

/** Where the console's files are, in a package and in a clone. */
export const consoleFolders = ['dist/console', 'console/dist'].map((path) => fileURLToPath(new URL(path, packageFolder)))
