// Tries the controls of the change form all the time, from the first one that is parsed, until the page says that
// the form is open: what can be changed before that is a flash of an editable form.
(() => {
  if (window !== window.top) return;
  const flash = { looksWhen: {}, controls: 0, changed: [] };
  window.flash = flash;

  function takes(control) {
    if (!control.name || control.type === "hidden" || control.closest(".empty-form")) return false;
    if (control.type === "checkbox" || control.type === "radio") {
      const before = control.checked;
      control.click();
      const changed = control.checked !== before;
      if (changed) control.checked = before;
      return changed;
    }
    if (control.type === "submit") return !control.disabled;
    if (control.localName === "select" || control.type === "file") {
      return control.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
    }
    return !control.readOnly && !control.disabled;
  }

  function look() {
    const root = document.getElementById("admin-collaborator");
    const state = root && root.dataset.collaboratorState;
    if (state === "editing" || state === "unprotected") return;
    const form = document.querySelector("form[id$=_form]");
    if (form) {
      const when = document.readyState === "loading" ? "loading" : state;
      flash.looksWhen[when] = (flash.looksWhen[when] || 0) + 1;
      flash.controls = Math.max(flash.controls, form.elements.length);
      for (const control of form.elements) {
        if (takes(control)) flash.changed.push(`${control.name} while ${state || document.readyState}`);
      }
    }
    setTimeout(look);
  }
  setTimeout(look);
})();
