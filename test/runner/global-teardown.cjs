/** Ends what global-setup.cjs started. */
module.exports = () => {
  globalThis.plainNode?.disconnect();
};
