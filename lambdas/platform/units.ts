/** Bytes of a MB, as settings count it. */
export const megabyte = 1024 * 1024;
