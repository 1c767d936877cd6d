// Takes the place of Axis 1.4's own encoder for UTF-8, which writes a character beyond the BMP as two
// numeric references: that is not XML. Named in META-INF/services, where Axis looks for encoders.

import java.io.IOException;
import java.io.Writer;
import org.apache.axis.components.encoding.XMLEncoder;

public class Encoder implements XMLEncoder {
    @Override
    public String getEncoding() {
        return "UTF-8";
    }

    @Override
    public String encode(String text) {
        if (text == null) return "";
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("\r", "&#xD;");
    }

    @Override
    public void writeEncoded(Writer writer, String text) throws IOException {
        writer.write(encode(text));
    }
}
