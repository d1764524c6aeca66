// Before the first paint, so that nobody who chose dark sees white first. A file of its own: the page allows no inline
// scripts.
try {
  const theme = localStorage.getItem("sms.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
