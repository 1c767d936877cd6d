// The steps of the client suite with gowsdl.
package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"time"

	"client/soprincipal"
	"client/user"

	"github.com/hooklift/gowsdl/soap"
)

const namespace = "http://www.superoffice.net/ws/crm/NetServer/Services88"

// credentials is the header block with the ticket; gowsdl makes no types of header blocks.
type credentials struct {
	XMLName xml.Name `xml:"http://www.superoffice.net/ws/crm/NetServer/Services88 Credentials"`
	Ticket  string   `xml:"Ticket"`
}

// listener keeps the last answer: gowsdl reads no header blocks of answers.
type listener struct{ last string }

func (it *listener) Do(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	it.last = string(body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}

func check(ok bool, told ...interface{}) {
	if !ok {
		panic(fmt.Sprint(told...))
	}
}

func must[T any](value T, err error) T {
	check(err == nil, err)
	return value
}

func to[T any](value T) *T { return &value }

func passed(step string) { fmt.Println("pass", step) }

func main() {
	base, password := os.Getenv("BASE"), os.Getenv("PASSWORD")
	heard := &listener{}
	door := soprincipal.NewSoPrincipal(soap.NewClient(base+"/SoPrincipal.svc", soap.WithHTTPClient(heard)))
	login := func(name, secret string) *soprincipal.AuthenticateResponse {
		request := &soprincipal.AuthenticateUsernamePassword{UserName: &name, Password: &secret}
		return must(door.AuthenticateUsernamePassword(request))
	}
	fmt.Println("version 0.5.0")
	fmt.Println("wire SOAP 1.1")
	check(!login("admin", "wrong").AuthenticationSucceeded)
	passed("refused")
	entered := login("admin", password)
	check(entered.AuthenticationSucceeded && *entered.Response.Associate == "admin", heard.last)
	check(strings.Contains(heard.last, "<Succeeded>true</Succeeded>"), heard.last)
	passed("login")

	client := soap.NewClient(base+"/User.svc", soap.WithHTTPClient(heard))
	client.SetHeaders(&credentials{Ticket: *entered.Credentials.Ticket})
	service := user.NewUser(client)
	uri := "https://portal.example/gowsdl?a=1&b=2"
	registered := must(service.RegisterWithAccessGateway(&user.RegisterWithAccessGateway{RedirectUri: &uri})).Response
	check(*registered.RedirectUri == uri, heard.last)
	shown := must(service.GetAccessGatewayInfo(&user.GetAccessGatewayInfo{})).Response
	check(reflect.DeepEqual(shown, registered), heard.last)
	passed("gateway")

	groups := must(service.GetAllUserGroups(&user.GetAllUserGroups{})).Response.UserGroup
	check(len(groups) >= 2 && groups[0].Id > 0, heard.last)
	passed("groups")

	last := groups[len(groups)-1]
	text := "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀"
	wanted := must(service.CreateDefaultUser(&user.CreateDefaultUser{})).Response
	wanted.Name, wanted.Tooltip, wanted.Rank = to("gowsdl"), &text, 7
	wanted.RequestSignature = to(text + "\nsecond line")
	wanted.NickName, wanted.UserName = to("nick-gowsdl"), to("gowsdl@example.com")
	wanted.Lastlogin = soap.CreateXsdDateTime(time.Date(2023, 2, 15, 13, 18, 35, 0, time.UTC), false)
	wanted.OtherGroups = &user.ArrayOfUserGroup{UserGroup: []*user.UserGroup{last}}
	wanted.Person = &user.Person{
		Firstname: to("Zoë"), MiddleName: to(""), Lastname: to("Ünïcode 😀"), Title: to("Dr. <x>"),
		Email: to("gowsdl@example.com"), MobilePhone: to("+47 1"),
	}
	wanted.Credentials = &user.ArrayOfCredential{Credential: []*user.Credential{{
		Type: &user.CredentialType{Type: to("CRM5/PASSWORD")}, Value: to("Gowsdl-Password-1!"), DisplayValue: to("pw"),
	}}}
	wanted.ExtraFields, wanted.CustomFields = &user.StringDictionary{}, &user.StringDictionary{}
	pair := func(dictionary *user.StringDictionary, key string, value *string) {
		pairs := &dictionary.StringKeyValuePair
		*pairs = append(*pairs, reflect.New(reflect.TypeOf(*pairs).Elem()).Elem().Interface().(struct {
			Key   *string `xml:"Key,omitempty" json:"Key,omitempty"`
			Value *string `xml:"Value,omitempty" json:"Value,omitempty"`
		}))
		(*pairs)[len(*pairs)-1].Key, (*pairs)[len(*pairs)-1].Value = &key, value
	}
	pair(wanted.ExtraFields, "æ&<", to("😀"))
	pair(wanted.ExtraFields, "empty", to(""))
	pair(wanted.ExtraFields, "null", nil)
	pair(wanted.CustomFields, text, &text)
	saved := must(service.SaveUser(&user.SaveUser{User: wanted})).Response
	check(strings.Contains(heard.last, "<Succeeded>true</Succeeded>") && saved.AssociateId > 0, heard.last)
	passed("save")

	read := must(service.GetUser(&user.GetUser{UserId: saved.AssociateId})).Response
	raw := heard.last
	check(reflect.DeepEqual(read, saved), raw)
	for _, pair := range [][2]*string{
		{read.Name, wanted.Name}, {read.Tooltip, &text}, {read.RequestSignature, wanted.RequestSignature},
		{read.NickName, wanted.NickName}, {read.UserName, wanted.UserName},
		{read.Person.Firstname, wanted.Person.Firstname}, {read.Person.Lastname, wanted.Person.Lastname},
		{read.Person.Title, wanted.Person.Title}, {read.Person.Email, wanted.Person.Email},
		{read.Person.MobilePhone, wanted.Person.MobilePhone}, {read.Person.MiddleName, wanted.Person.MiddleName},
	} {
		check(*pair[0] == *pair[1], *pair[0])
	}
	check(read.Rank == 7 && len(read.OtherGroups.UserGroup) == 1 && read.OtherGroups.UserGroup[0].Id == last.Id, raw)
	// What is empty and what is nil is the same to encoding/xml; only the raw message tells them apart.
	check(strings.Contains(raw, "<MiddleName/>") && strings.Contains(raw, `<Description i:nil="true"/>`), raw)
	extra := map[string]string{}
	for _, pair := range read.ExtraFields.StringKeyValuePair {
		extra[*pair.Key] = *pair.Value
	}
	check(reflect.DeepEqual(extra, map[string]string{"æ&<": "😀", "empty": "", "null": ""}), extra)
	custom := read.CustomFields.StringKeyValuePair
	check(len(custom) == 1 && *custom[0].Key == text && *custom[0].Value == text, raw)
	check(read.Lastlogin.ToGoTime().Year() == 1, raw)
	again := must(service.SaveUser(&user.SaveUser{User: read})).Response
	check(reflect.DeepEqual(again, read), heard.last)
	check(login("gowsdl", "Gowsdl-Password-1!").AuthenticationSucceeded)
	seen := must(service.GetUser(&user.GetUser{UserId: saved.AssociateId})).Response.Lastlogin.ToGoTime()
	check(time.Since(seen).Abs() < 5*time.Minute, seen)
	passed("read")

	relation := user.RoleRelationToOwnerOtherGroups
	for _, letters := range []string{"CR", "CRUD"} {
		_, err := service.SetDataRight(&user.SetDataRight{
			RoleId: 3, TableName: to("contact"), RelationToOwner: &relation, DataRightValue: &letters})
		check(err == nil, err)
		one := must(service.GetDataRight(&user.GetDataRight{RoleId: 3, TableName: to("contact"), RelationToOwner: &relation}))
		check(*one.Response == letters, heard.last)
		rights := must(service.GetRoleEntity(&user.GetRoleEntity{RoleEntityId: 3})).Response.DataRights
		row, column := -1, -1
		for at, entity := range rights.RowsInfo.EntityName {
			if *entity.TableName == "contact" {
				row = at
			}
		}
		for at, relation := range rights.ColumnsInfo.RelationToOwner {
			if *relation.Value == "Other groups" {
				column = at
			}
		}
		check(*rights.Rights.ArrayOfDataRight[row].DataRight[column].Value == letters, heard.last)
	}
	passed("rights")

	client.SetHeaders(&credentials{Ticket: "7T:bad"})
	must(service.GetUser(&user.GetUser{UserId: 1}))
	check(strings.Contains(heard.last, "<Succeeded>false</Succeeded>"), heard.last)
	check(strings.Contains(heard.last, "<ExceptionType>SuperOffice.Exceptions.SoSessionException<"), heard.last)
	passed("ticket")

	type missing struct {
		XMLName xml.Name
	}
	request := &missing{XMLName: xml.Name{Space: namespace, Local: "NoSuchOperation"}}
	err := client.Call("", request, &missing{})
	var refused *soap.HTTPError
	check(errors.As(err, &refused) && refused.StatusCode == 500, err)
	check(strings.Contains(string(refused.ResponseBody), ":ActionNotSupported</faultcode>"), err)
	passed("fault")
	fmt.Println("note header blocks and faults are in the raw answer only, nil is read as empty, no SOAP 1.2")
}
