"""What is wrong with how our parts lie on a page, as a browser measures it: lists of words, empty when nothing is."""

from __future__ import annotations

LAYOUT = """() => {
    const faults = [];
    const seen = (element) => element.getClientRects().length && getComputedStyle(element).visibility !== "hidden";
    const name = (element) => element.dataset.collaboratorAction || element.className || element.textContent;
    const bar = document.querySelector("#admin-collaborator .collaborator-bar");
    const parts = [...bar.querySelectorAll("button, a, summary, [role=status], .collaborator-time")]
        .filter((part) => seen(part) && !part.closest(".collaborator-unfolded"));
    const box = bar.getBoundingClientRect();
    for (const part of parts) {
        const { top, left, right, bottom } = part.getBoundingClientRect();
        if (left < box.left || right > box.right || top < box.top - 1 || bottom > box.bottom + 1)
            faults.push("outside of the bar: " + name(part));
        if (part.scrollWidth > part.clientWidth + 1 && !part.matches(".collaborator-chip, .collaborator-hidden"))
            faults.push("cut: " + name(part));
        for (const other of parts) {
            const its = other.getBoundingClientRect();
            const beside = left >= its.right - 1 || its.left >= right - 1;
            const isOver = !beside && top < its.bottom - 1 && its.top < bottom - 1;
            if (other !== part && isOver && !part.contains(other) && !other.contains(part))
                faults.push(`${name(part)} lies on ${name(other)}`);
        }
    }
    const status = bar.querySelector("[role=status]");
    const isStuck = document.querySelector(".collaborator-stuck");
    if (!isStuck && status.scrollHeight > status.clientHeight + 1) faults.push("cut: " + status.textContent);
    const open = [...document.querySelectorAll(".collaborator-unfolded, .collaborator-notices > *")].filter(seen);
    for (const each of [bar, ...open]) {
        const { left, right } = each.getBoundingClientRect();
        if (left < 0 || right > innerWidth + 1) faults.push("outside of the window: " + name(each));
    }
    const wide = () => document.documentElement.scrollWidth;
    const [all, root] = [wide(), document.querySelector("#admin-collaborator")];
    root.style.display = "none";
    if (all > innerWidth && all > wide()) faults.push("the page got wider"); // which some themes do by themselves
    root.style.display = "";
    return faults;
}"""
"""Of the bar and what unfolds from it, and of the window."""

COVERED = """() => {
    const form = document.querySelector("form[id$=_form]");
    return [...form.elements, ...document.querySelectorAll("a[href$='/delete/']")]
        .filter((each) => each.matches("[type=submit], a"))
        .filter((each) => {
            const { left, top, width, height } = each.getBoundingClientRect();
            const hit = width && document.elementFromPoint(left + width / 2, top + height / 2);
            return hit && hit.closest("#admin-collaborator, #admin-collaborator-chat");
        })
        .map((each) => each.value || each.textContent);
}"""
"""Buttons that save and links that delete, on which something of ours lies."""

PANELS = """() => {
    const faults = [];
    const shown = (element) => element.getClientRects().length;
    const name = (each) => each.dataset.collaboratorNotice || each.className || each.id || each.tagName;
    const isBeside = (its, box) => its.left < box.left - 1 || its.right > box.right + 1;
    const cards = document.querySelectorAll(".collaborator-notices > *, #admin-collaborator-chat section");
    for (const card of [...cards].filter(shown)) {
        const box = card.getBoundingClientRect();
        const list = card.parentElement.getBoundingClientRect();
        const top = Math.max(box.top, list.top);
        const hit = document.elementFromPoint((box.left + box.right) / 2, top + 4);
        if (list.top < -1 || list.bottom > innerHeight + 1) faults.push(`${name(card)} leaves the window`);
        if (hit?.closest(".collaborator-bar")) faults.push(`${name(card)} lies under the bar`);
        for (const part of [...card.querySelectorAll("button, input, p, textarea, strong")].filter(shown)) {
            if (isBeside(part.getBoundingClientRect(), box)) faults.push(`${name(part)} leaves ${name(card)}`);
            if (part.scrollWidth > part.clientWidth + 1 && part.matches("button"))
                faults.push("cut: " + part.textContent);
        }
    }
    const boxes = document.querySelectorAll("#collaborator-conflict, #collaborator-who-edits, .collaborator-chosen");
    for (const box of [...boxes].filter(shown)) {
        const its = box.getBoundingClientRect();
        if (its.left < 0 || its.right > innerWidth + 1) faults.push(`${name(box)} leaves the window`);
        for (const part of [...box.querySelectorAll("button, input, a, dd")].filter(shown))
            if (isBeside(part.getBoundingClientRect(), its)) faults.push(`${name(part)} leaves ${name(box)}`);
    }
    return faults;
}"""
"""Of cards, notices, the chat, and the boxes of a conflict and of operators."""
