// Drives the server with the vendor's own client for JavaScript. In the environment: BASE (address
// of the server, without a slash at the end), PASSWORD (of admin), TICKET (of admin).
"use strict";

const assert = require("node:assert/strict");
const api = require("@superoffice/webapi");

const { BASE, PASSWORD, TICKET } = process.env;
const { UserType, RoleType, RoleRelationToOwner, ETableRight } = api;
let passed = 0;

async function step(name, run) {
    try {
        await run();
    } catch (error) {
        const told = error.response && JSON.stringify(error.response.data);
        console.error(`failed ${name}: ${error.stack}${told ? `\n${told}` : ""}`);
        process.exit(1);
    }
    passed += 1;
    console.log(`pass ${name}`);
}

// An agent, as its users make one; dates are read with their offset, so that the zone of this
// machine does not matter.
function agent(enter, options = {}) {
    const client = new api.WebApi({ baseUrl: `${BASE}/api/`, timezoneInclude: true, ...options });
    enter(client);
    return client.getUserAgent();
}

// What the library shows of an error.
async function refused(call) {
    try {
        await call;
    } catch (error) {
        assert.ok(error.response, String(error));
        return { status: error.response.status, ...error.response.data };
    }
    throw new Error("the call was not refused");
}

async function main() {
    const byPassword = agent((client) => client.authenticateWithPassword("admin", PASSWORD));
    const users = agent((client) => client.authenticateWithTicket(TICKET));
    let saved;

    await step("basic", async () => {
        assert.ok((await byPassword.getAllUserGroupsAsync(false)).length > 0);
    });

    await step("ticket", async () => {
        assert.ok((await users.getAllUserGroupsAsync(false)).length > 0);
    });

    await step("a wrong password and a wrong ticket", async () => {
        for (const enter of [
            (client) => client.authenticateWithPassword("admin", "wrong"),
            (client) => client.authenticateWithTicket("7T:bm9ib2R5"),
            (client) => client.authenticateWithToken("8A:Cust1.none"),
        ]) {
            const told = await refused(agent(enter).createDefaultUserAsync());
            assert.equal(told.status, 401);
            assert.equal(told.Error, true);
            assert.equal(told.ErrorType, "SoSessionException");
        }
    });

    await step("gateway", async () => {
        const info = await users.registerWithAccessGatewayAsync("https://client.example/back");
        assert.equal(info.redirectUri, "https://client.example/back");
        assert.ok(info.clientId);
        const again = await users.getAccessGatewayInfoAsync();
        assert.deepEqual(again, info);
        assert.equal(await users.checkAccessGatewayRegistrationAsync(), true);
    });

    await step("save a user and read it back", async () => {
        const user = await users.createDefaultUserAsync();
        assert.equal(user.type, UserType.InternalAssociate);
        const groups = await users.getAllUserGroupsAsync(false);
        user.name = "webapi-js";
        user.tooltip = "<b> & \u{1F642} \u00c5se";
        user.person = { firstname: "R\u00e9ka", lastname: "Nagy \u{1F469}\u200d\u{1F4BB}" };
        user.otherGroups = groups.filter((group) => group.id !== user.userGroup.id).slice(0, 2);
        saved = await users.saveUserAsync(user);
        assert.ok(saved.associateId > 0);
        assert.equal(saved.tooltip, user.tooltip);
        assert.equal(saved.person.firstname, "R\u00e9ka");
        assert.equal(saved.person.lastname, user.person.lastname);
        assert.deepEqual(saved.otherGroups.map((it) => it.id), user.otherGroups.map((it) => it.id));
        assert.ok(saved.licenseOwners.length > 0 && Array.isArray(saved.credentials));
        assert.deepEqual(await users.getUserAsync(saved.associateId), saved);
        assert.deepEqual(await users.getUserFromNameAsync("webapi-js"), saved);
    });

    await step("saving what was read changes nothing", async () => {
        const read = await users.getUserAsync(saved.associateId);
        assert.deepEqual(await users.saveUserAsync(read), saved);
    });

    await step("a password, and what it lets in", async () => {
        assert.equal(await users.setPasswordAsync(saved.associateId, "Another-Horse-8"), true);
        const own = agent((client) => client.authenticateWithPassword("webapi-js", "Another-Horse-8"));
        assert.equal((await own.getUserInfoAsync(saved.associateId)).userInfoId, saved.associateId);
        const told = await refused(own.createDefaultUserAsync());
        assert.equal(told.status, 403);
        assert.match(told.ErrorType, /^So(Sentry|IllegalOperation)Exception$/);
    });

    await step("lists by keys", async () => {
        const found = await users.getUserInfoListAsync([saved.associateId, 999999, saved.associateId]);
        assert.deepEqual(new Set(found.map((it) => it.userInfoId)), new Set([saved.associateId]));
        const groups = await users.getUserGroupListAsync([saved.userGroup.id]);
        assert.equal(groups[0].value, saved.userGroup.value);
    });

    await step("dictionaries and enumerations", async () => {
        const [role] = await users.getAllRolesAsync(RoleType.Employee);
        const rights = await users.getDataRightsAsync(role.id, "contact");
        assert.match(rights.MyOwn, /^C?R?U?D?$/);
        const own = RoleRelationToOwner.MyOwn;
        assert.equal(await users.getDataRightAsync(role.id, "contact", own), rights.MyOwn);
        const wrong = await users.validateUserAsync({ ...saved, associateId: 0, name: "admin" });
        assert.ok(Object.keys(wrong).length > 0, "the name is taken");
    });

    await step("flags", async () => {
        const entity = await users.getRoleEntityAsync((await users.getAllRolesAsync(RoleType.Employee))[0].id);
        const right = { mask: ETableRight.Select | ETableRight.Update, reason: "" };
        assert.ok(await users.getUserCommandsAsync({ user: { ...saved, tableRight: right } }));
        assert.ok(entity.roleId > 0 && entity.roleType === RoleType.Employee);
    });

    await step("dates", async () => {
        const blank = await users.createDefaultUntrustedCredentialsAsync();
        const from = new Date("2024-02-29T23:59:58Z");
        const to = new Date("2031-07-01T12:00:00+02:00");
        const secret = { ...blank, validFrom: from, validTo: to, publicValue: "me", secretValue: "s3cret" };
        await users.saveUntrustedCredentialsAsync("mail", secret);
        const [read] = await users.getUntrustedCredentialsAsync("mail");
        assert.equal(read.validFrom.getTime(), from.getTime());
        assert.equal(read.validTo.getTime(), to.getTime());
        assert.equal(read.secretValue, "s3cret");
        const norwegian = { timezone: "NO", timezoneInclude: true };
        const [there] = await users.getUntrustedCredentialsAsync("mail", norwegian);
        assert.equal(there.validTo.getTime(), to.getTime());
    });

    await step("languages", async () => {
        const several = 'NO:"Hei";US:"Hello"';
        await users.saveUserAsync({ ...saved, tooltip: several });
        const tooltip = async (languageCode) =>
            (await users.getUserAsync(saved.associateId, { languageCode })).tooltip;
        assert.equal(await tooltip("no"), "Hei");
        assert.equal(await tooltip("en"), "Hello");
        assert.equal(await tooltip(""), several);
    });

    await step("operations without an answer", async () => {
        await users.makeRetiredAsync(saved.associateId, true);
        assert.equal((await users.getUserAsync(saved.associateId)).deleted, true);
        await users.deleteUserAsync(saved.associateId);
        assert.equal(await users.getUserAsync(saved.associateId), null);
    });

    await step("errors", async () => {
        const gone = await refused(users.makeRetiredAsync(saved.associateId, true));
        assert.equal(gone.status, 404);
        assert.equal(gone.ErrorType, "SoNotFoundException");
        const blank = await refused(users.saveUserAsync(null));
        assert.equal(blank.status, 400);
        assert.ok(blank.ErrorMessage && blank.ErrorSource);
        const wrong = await refused(users.getDataRightAsync("x", "contact", "MyOwn"));
        assert.equal(wrong.status, 400);
        assert.match(wrong.ErrorMessage, /RoleId/);
    });

    console.log(`webapi-js: ${passed} steps passed`);
}

main();
