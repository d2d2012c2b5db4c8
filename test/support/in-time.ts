/**
 * The result of the work, if it is there before a timer of so many milliseconds in this process. On a busy machine both
 * are late alike, so this fails only for work that waits for something longer. Throws when the timer was first.
 */
export const inTime = async <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not there before ${milliseconds} ms were over.`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
